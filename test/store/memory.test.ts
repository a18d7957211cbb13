// This file shows that the store in memory behaves as every store must.
import { memoryStore } from "@kolm/store";
import { storeSuite } from "./suite.ts";

storeSuite("memory store", async () => memoryStore());
