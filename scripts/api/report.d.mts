import type ts from 'typescript';

export const REPORT: string;
export function apiReport(program?: ts.Program): string;
