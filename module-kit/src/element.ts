type Attributes = Readonly<Record<string, string | boolean>>;

/**
 * Makes an element with attributes and children. A string among the children becomes text, so markup in it has no effect.
 * @param attributes `true` sets an attribute without a value, `false` leaves it out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
