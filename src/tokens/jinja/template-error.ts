// Two ways in which a template does not render: it refuses the chat, as the published implementation would say with the same
// words, or it asks for something that is not implemented here. Neither ever renders something else instead.

/** The template raises, or does what Python's Jinja raises at. */
export class TemplateError extends Error {
  override readonly name: string = "TemplateError";
}

/** Valid in Python's Jinja, unknown here. */
export class UnsupportedTemplateError extends TemplateError {
  override readonly name = "UnsupportedTemplateError";
}
