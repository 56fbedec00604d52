// The page as a tool: what it says before anything is drawn, its address, keyboard, themes, and specifications that run
// on the command line.
import AxeBuilder from 'axe-core';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel, findParameterSet, parameterSets } from '../../src/index.js';
import { decodeVolume } from '../../src/io/index.js';
import { drawOn, during, ERROR, hashOf, NOTE, part, showTab, startBrowser, submit, type DemoBrowser } from './demo-page.js';

