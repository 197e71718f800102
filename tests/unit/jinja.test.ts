// Chat templates against what Python's Jinja renders, set up as transformers sets it up.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileTemplate } from "../../src/tokens/jinja/template.ts";
import { TemplateError, UnsupportedTemplateError } from "../../src/tokens/jinja/template-error.ts";
import { english, french } from "../support/words.ts";

interface Renderings {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Null where Python raises. */
  readonly cases: readonly (readonly [template: string, rendered: string | null])[];
}

const fixture = new URL("../fixtures/templates/python-renderings.json", import.meta.url);
const { variables, cases } = JSON.parse(readFileSync(fixture, "utf8")) as Renderings;

const moment = new Date(2024, 6, 6, 9, 5, 7);
const render = (template: string, given: Readonly<Record<string, unknown>> = variables): string =>
  compileTemplate(template, () => moment)(given);

const plainSpaces = (text: string): string => text.replaceAll(/[\u00A0\u202F]/g, " ");

function refusalOf(template: string): TemplateError {
  try {
    render(template, { a: {} });
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`${template} is rendered.`);
}

describe("a template renders as in Python", () => {
  it(`in ${cases.length} cases that were put together at random`, () => {
    const outcome = (template: string): string | null => {
      try {
        return render(template);
      } catch (error) {
        if (error instanceof TemplateError && !(error instanceof UnsupportedTemplateError)) return null;
        throw error;
      }
    };
    const different = cases.filter(([template, rendered]) => outcome(template) !== rendered);
    expect(different).toEqual([]);
  });

  it.each([
    // Each printed by Python 3.11 with jinja2 3.1.6.
    ["{{ '\\n\\n    code '.lstrip('\\n') }}", "    code "],
    ["{{ 'a</think>\\n\\n  b'.split('</think>')[-1].lstrip('\\n') }}", "  b"],
    ["{{ 'xyaxy'.strip('yx') }}|{{ 'abc  '.rstrip() }}|{{ 'abc'.rstrip('c').lstrip('a') }}", "a|abc|b"],
    ["{{ '\uFEFFa\u0085'.strip() }}", "\uFEFFa"],
    ["{{ [{'a': none}, {'a': 1}, {}] | selectattr('a') | list }}", "[{'a': 1}]"],
    ["{{ none | selectattr('a') | list }}", "[]"],
    ["{{ [{'a': none}, {'b': 1}] | selectattr('a', 'none') | list | length }}", "1"],
    ["{{ 'a,b,c'.split(',', 1) }}{{ 'a b  c '.split(none, 1) }}{{ 'a,b,c'.rsplit(',', 1) }}", "['a', 'b,c']['a', 'b  c ']['a,b', 'c']"],
    ["{{ 'abc'.startswith(('x', 'ab')) }}{{ 'aXbXc'.replace('X', '-', 1) }}", "Truea-bXc"],
    ["{{ {'b': 'ü', 'a': [1, 2.5, none, true]} | tojson }}", '{"b": "ü", "a": [1, 2.5, null, true]}'],
    ["{{ {'b': [], 'a': [1]} | tojson(indent=2) }}", '{\n  "b": [],\n  "a": [\n    1\n  ]\n}'],
    [
      "{{ 'ü' | tojson(ensure_ascii=true) }}{{ {'b': 1, 'a': 2} | tojson(separators=(',', ':'), sort_keys=true) }}",
      '"\\u00fc"{"a":2,"b":1}',
    ],
    ["{{ 1 ~ 2.0 ~ true ~ none ~ 'x' }}", "12.0TrueNonex"],
    ["{{ undefined_name == none }}{{ '' == 0 }}{{ '1' == 1 }}", "FalseFalseFalse"],
    ["{{ '🙂ab'[1] }}{{ '🙂ab' | length }}{{ '🙂ab'[::-1] }}", "a3ba🙂"],
    ["{{ {'items': 1}.items() | list }}{{ {'items': 1}['items'] }}", "[('items', 1)]1"],
    ["{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{{ loop.previtem is defined }}{% endfor %}", "a2Falseb1True"],
    ["{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% if loop.last %}!{% endif %}{% endfor %}", "13!"],
    ["{% set n = 0 %}{% for x in [1, 2] %}{% set n = n + x %}{% endfor %}{{ n }}", "0"],
    ["{% set ns = namespace(n=0) %}{% for x in [1, 2] %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}", "3"],
    ["a\n  {% if true %}\n  b\n  {%- endif %}\n", "a\n  b"],
    ["{%- generation -%} x {% endgeneration %}y", "x y"],
    ["{% raw %}{{ a }}{% endraw %}{{ '}}' }}", "{{ a }}}}"],
    ["{{ 'a' if false }}{{ [1, 2] is sequence and {} is mapping and 1 is number and '' is string }}", "True"],
    ["{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%B %-d, %H:%M') }}", "06 Jul 2024|July 6, 09:05"],
    ["{{ [1, 2] | tojson | safe }}{% set x = {'a': '<'} | tojson | safe %}{{ x }}", '[1, 2]{"a": "<"}'],
    ["{% for x in [1, 2] %}{{ x }}{% break %}{% else %}none{% endfor %}|{% for x in [] %}{% else %}none{% endfor %}", "1|none"],
    ["{% macro m() %}[{{ x }}]{% endmacro %}{% for x in [1] %}{{ m() }}{% endfor %}", "[]"],
    ["{% for x in [1, 2] %}{{ y is defined }}{% set y = x %}{% endfor %}{{ y is defined }}", "FalseFalseFalse"],
    ["{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(1) %}c{% endcall %}", "12c"],
    ["{% generation %}{% set x = 1 %}{{ x }}{% endgeneration %}{{ x }}", "1"],
    ["{{ () | length }}{{ ('a',) }}{{ ('a', 'b',) }}{{ 'abc'.startswith(('a',)) }}", "0('a',)('a', 'b')True"],
    [
      "{{ 4 is divisibleby 2 }}{{ 'a' is in ['a'] }}{{ 'a' is not eq('b') }}{{ none is sameas none }}{{ 3 is eq 1 + 2 }}",
      "TrueTrueTrueTrue2",
    ],
    ["{{ 'a' + 'b' ~ 1 }}{{ 1 ~ 2 ~ 3 }}{{ {'a': 1}['a'] -1 }}", "ab11230"],
    [String.raw`{{ '\\d\x41\u00e9\101\'"' }}`, String.raw`\dAéA'"`],
  ])("%s", (template, rendered) => {
    expect(render(template)).toBe(rendered);
  });

  it("says in the template's words why it refuses", () => {
    expect(() => render("{{ raise_exception('no system please') }}")).toThrow(new TemplateError("no system please"));
  });

  it.each(["{{ a.b.c }}", "{{ 1 + 'a' }}", "{{ none.x.y }}", "{{ messages.append(1) }}", "{% for x in none %}{% endfor %}", "{{ x() }}"])(
    "%s is an error there, and here",
    (template) => {
      expect(refusalOf(template)).not.toBeInstanceOf(UnsupportedTemplateError);
    },
  );

  it.each([
    // Each printed by Python 3.11 with jinja2 3.1.6.
    ["{{ 'a' | abs }}", "bad operand type for abs(): 'str'"],
    ["{{ [1] | selectattr() | list }}", "Missing parameter for attribute name"],
    ["{% for x in [1] %}{{ loop.cycle() }}{% endfor %}", "no items for cycling given"],
    ["{{ 1 / 0 }}", "division by zero"],
    ["{{ 1 // 0 }}", "integer division or modulo by zero"],
    ["{{ 1 % 0 }}", "integer modulo by zero"],
    ["{{ 'a'.split('') }}", "empty separator"],
    ["{{ 1 in 'a' }}", "'in <string>' requires string as left operand, not int"],
    ["{{ [1] | map | list }}", "map requires a filter argument"],
    ["{{ 1 | items | list }}", "Can only get item pairs from a mapping."],
    ["{{ 0 ** -1 }}", "0.0 cannot be raised to a negative power"],
    ["{% set a = {} %}{% set a.b = 1 %}", "cannot assign attribute on non-namespace object"],
    ["{{ 'a'.index('b') }}", "substring not found"],
    ["{{ [1].index(2) }}", "2 is not in list"],
    ["{{ ['a'].index('b') }}", "'b' is not in list"],
    ["{{ 1 | list }}", "'int' object is not iterable"],
    ["{{ raise_exception | tojson }}", "Object of type function is not JSON serializable"],
    ["{{ [1] | map('int') | last }}", "'generator' object is not reversible"],
    ["{{ 1 | length }}", "object of type 'int' has no len()"],
    ["{{ dict(1, 2) }}", "dict expected at most 1 argument, got 2"],
    ["{{ 1 + 'a' }}", "unsupported operand type(s) for +: 'int' and 'str'"],
    ["{{ 'a' + 1 }}", 'can only concatenate str (not "int") to str'],
    ["{{ [1] + 1 }}", 'can only concatenate list (not "int") to list'],
    ["{{ none + 1 }}", "unsupported operand type(s) for +: 'NoneType' and 'int'"],
    ["{{ 1 - 'a' }}", "unsupported operand type(s) for -: 'int' and 'str'"],
    ["{{ {} ** 2 }}", "unsupported operand type(s) for ** or pow(): 'dict' and 'int'"],
    ["{{ 2 * {} }}", "unsupported operand type(s) for *: 'int' and 'dict'"],
    ["{{ 'a' * 'b' }}", "can't multiply sequence by non-int of type 'str'"],
    ["{{ 'a' * 1.5 }}", "can't multiply sequence by non-int of type 'float'"],
    ["{{ [1] * 'a' }}", "can't multiply sequence by non-int of type 'str'"],
    ["{{ range(1, 2, 0) }}", "range() arg 3 must not be zero"],
    ["{{ range(200000) }}", "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000)."],
    ["{{ [1][::0] }}", "slice step cannot be zero"],
    ["{{ {} | dictsort(by='x') }}", 'You can only sort by either "key" or "value"'],
    ["{{ -'a' }}", "bad operand type for unary -: 'str'"],
    ["{{ +'a' }}", "bad operand type for unary +: 'str'"],
    ["{{ [] in {} }}", "unhashable type: 'list'"],
    ["{{ 'a'.__class__.x }}", "access to attribute '__class__' of 'str' object is unsafe."],
  ])("%s is refused in Python's words: %s", (template, why) => {
    expect(refusalOf(template).why).toBe(why);
  });

  it.each([
    ["{{ a.b.c }}", '"c" cannot be taken from what is undefined', "« c » ne peut pas être lu dans une valeur non définie"],
    ["{% for a, b in [[1]] %}{% endfor %}", "expected 2 values, got 1", "2 valeurs attendues, 1 trouvée"],
    ["{{ 'a' | upper(1) }}", "upper() takes no arguments", "upper() n’accepte aucun argument"],
    ["\n{{ a", "line 2: {{ is not closed", "ligne 2, {{ n’est pas refermé"],
  ])("%s is refused in our words, which every language has", (template, inEnglish, inFrench) => {
    const { why } = refusalOf(template);
    expect([english.text(why), plainSpaces(french.text(why))]).toEqual([inEnglish, inFrench]);
  });
});

describe("what Python renders and this cannot", () => {
  it.each([
    ["{{ 'a' | wordwrap }}", "wordwrap"],
    ["{{ 'a'.swapcase() }}", "swapcase"],
    ["{{ 1 is filter }}", "filter"],
    ["{% include 'x' %}", "include"],
    ["{{ cycler('a') }}", "cycler"],
    ["{{ strftime_now('%c') }}", "%c"],
    ["{{ '%s' % 'a' }}", "%"],
    ["{% for x in [1] recursive %}{% endfor %}", "recursive"],
    ["{% with a = 1 %}{{ a }}{% endwith %}", "with"],
    ["{{ 1 < 2 < 3 }}", "comparison"],
    ["{{ -1 ** 0 }}", "negative"],
    ["{{ '\\N{BULLET}' }}", "escape"],
  ])("%s is refused by name", (template, name) => {
    const error = refusalOf(template);
    expect(error).toBeInstanceOf(UnsupportedTemplateError);
    expect(english.text(error.why)).toContain(name);
  });

  it.each(["{% if a %}", "{{ a", "{% for x %}{% endfor %}", "{{ 'a }}", "{{ (1 }}", "{# a"])("%s is no template", (template) => {
    expect(() => compileTemplate(template)).toThrow(TemplateError);
  });
});
