// What to change where a run does not fit, in the order of what it costs the user: first what learns the same, then what
// learns a little less. Every proposal says what the run takes after it.
import { AtelierError } from "../../base/errors.ts";
import type { Quantization } from "../../config/quantizations.ts";
import { allLinear } from "../../config/knobs.ts";
import { cheaperMethods } from "../../config/method-groups.ts";
import { methodWords } from "../../config/method-words.ts";
import { parseRunConfig, sections, type MethodConfig } from "../../config/run-config.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import { targetNames } from "../../model/methods/targets.ts";
import { bitsPerWeight, heldBytes } from "../../model/held-weights.ts";
import type { Budget, BudgetChange, BudgetProposal } from "../../protocol/budget-api.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { and, commas, words, type Text, type Words } from "../../words/message.ts";
import { estimateBudget, type BudgetSubject } from "./budget.ts";

/** Shorter sequences than this hold no whole answer. */
const shortestSequence = 64;
/** What Hu et al. 2021 adapt; where q and v lie in one matrix, that one. */
const fewTargets = new Set(["q_proj", "v_proj", "qkv_proj", "query_key_value", "c_attn"]);

/** @returns an empty list where the run fits as it is, or where nothing known would make it fit. */
export async function proposeFit(subject: BudgetSubject, budget: Budget): Promise<readonly BudgetProposal[]> {
  if (budget.fits) return [];
  const propose: Propose = async (what, change) => {
    const { totalBytes, fits } = await estimateBudget(changed(subject, change), budget.limits);
    return { what, change, totalBytes, fits };
  };
  const told = (change: BudgetChange): Described => [describe(change, subject), change];
  const alone: BudgetProposal[] = [];
  for (const steps of [smallerBatch, shorterSequence, smallerWeights, smallerHead, fewerTargets, cheaperMethod])
    alone.push(...(await firstThatFits(steps(subject, {}).map(told), propose)));
  if (alone.some(({ fits }) => fits)) return alone.toSorted((a, b) => Number(b.fits) - Number(a.fits));
  // No one change is enough: the smallest of each before the next.
  let change: BudgetChange = {};
  for (const steps of [smallerBatch, onFewerBits, smallerWeights, smallerHead, fewerTargets, shorterSequence, cheaperMethod]) {
    const next = steps(changed(subject, change), change);
    const together = await firstThatFits(next.map(told), propose);
    change = together[0]?.change ?? change;
    if (together[0]?.fits) return [together[0], ...alone];
  }
  return alone;
}

type Described = readonly [what: Text, change: BudgetChange];
type Propose = (...described: Described) => Promise<BudgetProposal>;

/** The first step that fits, else the last. */
async function firstThatFits(steps: readonly Described[], propose: Propose): Promise<readonly BudgetProposal[]> {
  let last: readonly BudgetProposal[] = [];
  for (const [what, change] of steps) {
    last = [await propose(what, change)];
    if (last[0]?.fits) break;
  }
  return last;
}

function smallerBatch({ run }: BudgetSubject, base: BudgetChange): BudgetChange[] {
  const steps: BudgetChange[] = [];
  let { batchSize, accumulate } = run;
  while (batchSize > 1 && batchSize % 2 === 0 && accumulate * 2 <= sections.data.examples.accumulate.max) {
    [batchSize, accumulate] = [batchSize / 2, accumulate * 2];
    steps.push({ ...base, batchSize, accumulate });
  }
  return steps;
}

function shorterSequence({ run }: BudgetSubject, base: BudgetChange): BudgetChange[] {
  const steps: BudgetChange[] = [];
  for (let length = Math.floor(run.seqLength / 16) * 8; length >= shortestSequence; length = Math.floor(length / 16) * 8)
    steps.push({ ...base, seqLength: length });
  return steps;
}

/** What rounds weights that are rounded already, or makes them coarser, has to spare at least so much of them. */
const worthwhileShare = 0.9;

/** 8 bits before 4. What is held as published has its head in the file's form, so the head follows: in f32 it might take more. */
function smallerWeights(subject: BudgetSubject, base: BudgetChange): BudgetChange[] {
  if (needsFloat32(subject)) return [];
  const head = subject.quantizationConfig.quantization === "as-published" ? { quantizeHead: true } : {};
  const bytesOf = ({ spec, quantizationConfig, hasFloat16 }: BudgetSubject): number =>
    heldBytes(spec, quantizationConfig, hasFloat16).engine;
  const most = worthwhileShare * bytesOf(subject);
  return (["int8", "int4-fine"] as const)
    .map((quantization) => ({ ...base, ...head, quantization }))
    .filter((change) => bytesOf(changed(subject, change)) <= most);
}

/** What is held as published has its head in the file's form. */
function smallerHead(subject: BudgetSubject, base: BudgetChange): BudgetChange[] {
  const { quantization, quantizeHead } = subject.quantizationConfig;
  return needsFloat32(subject) || quantizeHead || quantization === "as-published" ? [] : [{ ...base, quantizeHead: true }];
}

function needsFloat32({ spec, run }: BudgetSubject): boolean {
  return applyMethod(spec, run.method).needsFloat32 ?? false;
}

function fewerTargets({ spec, run }: BudgetSubject, base: BudgetChange): BudgetChange[] {
  const { method } = run;
  if (!("rank" in method)) return [];
  const now = method.targets.includes(allLinear) ? targetNames(spec) : method.targets;
  const targets = now.filter((name) => fewTargets.has(name));
  const isFewer = targets.length > 0 && targets.length < now.length;
  return isFewer ? [{ ...base, method: { ...freely(method), targets, rank: Math.min(method.rank, 8) } }] : [];
}

/** At its own defaults: the settings of a method are not those of another. */
function cheaperMethod({ spec, run }: BudgetSubject, base: BudgetChange): BudgetChange[] {
  return cheaperMethods(run.method.kind)
    .map((kind) => parseRunConfig({ method: { kind } }).method)
    .filter((method) => isFor(spec, method))
    .map((method) => ({ ...base, method }));
}

/** What trains every weight keeps them from being held in fewer bits. */
function onFewerBits(subject: BudgetSubject, base: BudgetChange): BudgetChange[] {
  return needsFloat32(subject) ? cheaperMethod(subject, base).slice(0, 1) : [];
}

function isFor(spec: ModelSpec, method: MethodConfig): boolean {
  try {
    applyMethod(spec, method);
    return true;
  } catch (error) {
    if (error instanceof AtelierError && error.code === "config/invalid") return false;
    throw error;
  }
}

/** Patterns and exceptions may mean modules that are targets no more. */
function freely<Method extends MethodConfig>(method: Method): Method {
  return "exclude" in method ? { ...method, exclude: [], rankPattern: "", alphaPattern: "" } : method;
}

function changed(subject: BudgetSubject, { quantization, quantizeHead, ...run }: BudgetChange): BudgetSubject {
  const quantizationConfig = {
    ...subject.quantizationConfig,
    quantization: quantization ?? subject.quantizationConfig.quantization,
    quantizeHead: quantizeHead ?? subject.quantizationConfig.quantizeHead ?? false,
  };
  return { ...subject, quantizationConfig, run: { ...subject.run, ...run } };
}

function describe(change: BudgetChange, now: BudgetSubject): Text {
  const { batchSize, accumulate, seqLength, quantization, quantizeHead, method } = change;
  return commas([
    ...(batchSize === undefined || accumulate === undefined ? [] : [words("budget/batch", { batchSize, accumulate })]),
    ...(seqLength === undefined ? [] : [words("budget/sequences", { tokens: seqLength })]),
    ...(quantization === undefined ? [] : [weightsAs(quantization, now)]),
    ...(quantizeHead === undefined ? [] : [words("budget/head")]),
    ...(method ? [describeMethod(method, now)] : []),
  ]);
}

function describeMethod(method: MethodConfig, { run }: BudgetSubject): Words {
  const isSame = method.kind === run.method.kind && "rank" in method;
  return isSame
    ? words("budget/targets", { rank: method.rank, targets: and(method.targets) })
    : words("budget/method", { method: methodWords(method) });
}

/** What that costs is part of the offer. */
function weightsAs(quantization: Quantization, { spec, quantizationConfig }: BudgetSubject): Words {
  const isRounded = quantizationConfig.quantization === "as-published" && bitsPerWeight(spec, quantizationConfig) < 16;
  if (isRounded) return words("budget/weights-again", { quantization });
  return words(quantization === "int8" ? "budget/weights" : "budget/weights-coarser", { quantization });
}
