{# version 2 #}
"use strict";
(() => {
  const part = (id) => document.getElementById(id);
  const { themes, sources, months, links, words } = JSON.parse(part("index").textContent);
  const root = part("index").dataset.root;
  const [form, typed, theme, year, count, found] = ["search", "words", "theme", "year", "count", "found"].map(part);

  // A page of six hundred links takes longer to lay out than to find, and nobody reads it.
  const SHOWN = 100;

  const folded = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");
  const WORD = /[\p{L}\p{N}\p{M}]+/gu;
  // What a word has in common with its plural in French and English: musées, travaux, choix, galleries, churches.
  const stem = (word) =>
    word.length < 4 ? word
      : word.replace(/([^s])s$/, "$1").replace(/ux$/, "u").replace(/ie$/, "y").replace(/(ch|sh|ss|x|z)e$/, "$1")
        .replace(/(..)(au|al|ail)$/, "$1~");
  const wordsOf = (text) => (folded(text).match(WORD) || []).map((word) => [word, stem(word)]);
  // " musees/musee cartels/cartel ": a word is found by its beginning, as it is typed, or whole in any number.
  const key = (text) => " " + wordsOf(text).map((forms) => forms.join("/")).join(" ") + " ";
  const says = (haystack, [word, one]) => haystack.includes(" " + word) || haystack.includes("/" + one + " ");

  const shelf = links.map((link) => ({ link, title: key(link[0]), all: key([link[0], sources[link[4]], themes[link[3]][1], link[7]].join(" ")) }));

  const element = (name, text, attributes) => {
    const made = document.createElement(name);
    if (text) made.append(text);
    for (const [attribute, value] of Object.entries(attributes || {})) if (value) made.setAttribute(attribute, value);
    return made;
  };
  const marked = (into, text, wanted) => {
    let end = 0;
    for (const match of text.matchAll(WORD)) {
      if (!wanted.some((word) => says(key(match[0]), word))) continue;
      into.append(text.slice(end, match.index), element("mark", match[0]));
      end = match.index + match[0].length;
    }
    into.append(text.slice(end));
    return into;
  };
  const item = ([title, url, foreign, themeAt, sourceAt, monthAt, number, note], wanted) => {
    const [, label, path] = months[monthAt];
    const heading = element("p", "", { class: "title", lang: foreign && foreign[0] });
    heading.append(marked(url ? element("a", "", { href: url, hreflang: foreign && foreign[0] }) : element("span"), title, wanted));
    const meta = element("p", "", { class: "meta" });
    const parts = [themes[themeAt][1], sources[sourceAt], foreign && foreign[1]].filter(Boolean);
    marked(meta, parts.join(" · ") + " · ", wanted);
    meta.append(element("a", words.place.replace("{month}", label).replace("{number}", number), { href: root + path + number }));
    const entry = element("li");
    entry.append(heading, meta, marked(element("p", "", { class: "note" }), note, wanted));
    return entry;
  };

  let saying = 0;
  const search = () => {
    const wanted = wordsOf(typed.value);
    const asked = wanted.length || theme.value || year.value;
    const hits = !asked ? [] : shelf.filter(({ link, all }) =>
      (!theme.value || themes[link[3]][0] === theme.value) &&
      (!year.value || String(months[link[5]][0]) === year.value) &&
      wanted.every((word) => says(all, word)));
    const rank = ({ title }) => wanted.filter((word) => says(title, word)).length;
    const best = hits.map((hit) => [rank(hit), hit.link]).sort((one, other) => other[0] - one[0]);
    found.replaceChildren(...best.slice(0, SHOWN).map(([, link]) => item(link, wanted)));
    clearTimeout(saying);
    // A screen reader would read every number on the way to the one that stays.
    saying = setTimeout(() => {
      const said = words.counts[Math.min(hits.length, 2)].replace("{count}", hits.length);
      const cut = hits.length > SHOWN ? words.cut.replace("{count}", SHOWN) : "";
      count.textContent = asked ? said + cut : "";
    }, 300);
    const state = new URLSearchParams([["q", typed.value], ["theme", theme.value], ["year", year.value]].filter((pair) => pair[1]));
    history.replaceState(null, "", "#" + state);
  };

  const asked = new URLSearchParams(location.hash.slice(1));
  typed.value = asked.get("q") || "";
  theme.value = asked.get("theme") || "";
  year.value = asked.get("year") || "";
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const control of [typed, theme, year]) control.addEventListener("input", search);
  if (location.hash.length > 1) search();
})();
