import { describe } from 'vitest';
import { judge } from '../../support/local-confluence/judge.ts';

describe('confluence.js as people use it', judge);
