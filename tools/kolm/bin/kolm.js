#!/usr/bin/env node
// This file starts the compiled command.
import { main } from "../dist/index.js";

process.exitCode = await main(process.argv.slice(2));
