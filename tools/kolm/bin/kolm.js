#!/usr/bin/env node
// This file starts the compiled command.
import "../dist/index.js";
