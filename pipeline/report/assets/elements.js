// Elements are built, never parsed: whatever came from a document goes in as text and stays text.

/**
 * An element. Attributes: `class`, `dataset`, `on<event>` and any attribute by its name; null and false are
 * left out, true is an empty attribute. Children: nodes, strings, numbers; null is left out.
 */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""),
  );
  return element;
}

/** Words of a document among our own: their direction of writing ends where they end. */
const bdi = (text) => h("bdi", {}, text);

/** What only a screen reader says. */
const spoken = (text) => h("span", { class: "visually-hidden" }, text);

const byId = (id) => document.getElementById(id);
const counted = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

const SETTINGS = {
  human: { word: "human", sign: "●" },
  animal: { word: "animal", sign: "▲" },
  in_vitro: { word: "in vitro", sign: "◆" },
  unknown: { word: "not stated", sign: "○" },
};

/** The badge that says who was studied; sign and word, so that it does not hang on colour. */
function settingBadge(setting) {
  const { word, sign } = SETTINGS[setting];
  return h(
    "span",
    { class: `badge setting-${setting}` },
    h("span", { "aria-hidden": "true" }, `${sign} `),
    word,
  );
}

const ASSERTIONS = {
  present: "stated",
  absent: "denied",
  possible: "possible",
  hypothetical: "hypothetical",
  historical: "in the past",
};

function assertionBadge(assertion) {
  return assertion === "present"
    ? null
    : h("span", { class: `badge is-${assertion}` }, ASSERTIONS[assertion]);
}

/** Address of the words `[start, end)` of a document, in characters as in the tables. */
function placeAddress(docId, place) {
  const at = place ? `&at=${place[0]}-${place[1]}` : "";
  return `#doc=${encodeURIComponent(docId)}${at}`;
}

/** A link to the sentence that a cell was read from; plain text where no sentence is known. */
function toSentence(docId, place, content, label) {
  if (!place) return h("span", {}, content);
  return h(
    "a",
    {
      class: "to-sentence",
      href: placeAddress(docId, place),
      title: "Show the sentence",
      "aria-label": label,
    },
    content,
  );
}
