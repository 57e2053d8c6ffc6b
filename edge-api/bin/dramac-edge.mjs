#!/usr/bin/env node
// From a checkout nothing is built for Node: the sources run as they are.
import { register } from "tsx/esm/api";

register();
await import("../src/cli/main.ts");
