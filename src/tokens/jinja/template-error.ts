// Two ways in which a template does not render: it refuses the chat, as the published implementation would too, or it asks for
// something that is not implemented here. Neither ever renders something else instead.
import type { Text } from "../../words/message.ts";

/** The template raises, or does what Python's Jinja raises at. */
export class TemplateError extends Error {
  override readonly name: string = "TemplateError";
  /** A text where the template, Python or the parser say it in their own words; ours otherwise. */
  readonly why: Text;

  constructor(why: Text, options?: ErrorOptions) {
    // For a stack trace.
    super(typeof why === "string" ? why : JSON.stringify(why), options);
    this.why = why;
  }
}

/** Valid in Python's Jinja, unknown here. */
export class UnsupportedTemplateError extends TemplateError {
  override readonly name = "UnsupportedTemplateError";
}
