// The browser chat: asks by JSON, shows what the server rendered, and streams the channel's posts.

import { localise } from "./times.js";

const KEPT = 60; // entries of the conversation that a reload brings back
const SILENCE = 50_000; // ms without a beat after which the stream is taken for dead
const LONGEST_PAUSE = 15_000;
const COMMANDS = [
  ["new", "what is new for you"],
  ["ask", "evidence for a question"],
  ["why", "why a line is here"],
  ["compare", "a line in each outlet's words"],
  ["topics", "what is followed"],
  ["sources", "what is read"],
  ["status", "how things are"],
  ["help", "all there is"],
];

const byId = (id) => document.getElementById(id);
const log = byId("log");
const form = byId("ask");
const input = byId("words");
const listbox = byId("options");
const newest = byId("newest");

// --- asking -----------------------------------------------------------------------------------------------------

async function ask(path, body, signal) {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Readout": "1" },
    body: JSON.stringify({ ...body, timezone }),
    signal,
  });
  if (response.status === 401) location.assign("/login");
  if (!response.ok) throw new Error((await response.text()).slice(0, 300));
  return response.json();
}

async function converse(path, body) {
  const waiting = log.appendChild(fromTemplate("waiting"));
  reveal(waiting);
  try {
    const { answers } = await ask(path, body);
    waiting.remove();
    answers.forEach((answer, rank) => keep({ kind: "private", ...answer }, rank === 0));
    return true;
  } catch (fault) {
    waiting.remove();
    notice(fault instanceof TypeError ? "Readout does not answer. It may be starting again; try in a moment." : fault.message);
    return false;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  closeOptions();
  recalled.push(text);
  recalling = recalled.length;
  keep({ kind: "asked", text, typed: true });
  if (!(await converse("/chat/say", { text })) && !input.value) input.value = text;
});

log.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button || button.ariaDisabled === "true") return;
  button.ariaDisabled = "true"; // not `disabled`: that would drop the keyboard's focus
  button.closest("details")?.removeAttribute("open");
  const { action, value } = button.dataset;
  const menu = button.closest("details")?.querySelector("summary");
  keep({ kind: "asked", text: menu ? `${menu.textContent} ${button.textContent}` : button.textContent });
  if (menu) menu.focus();
  await converse("/chat/press", { action, value });
  button.ariaDisabled = null;
});

log.addEventListener("toggle", ({ target }) => target.open && target.scrollIntoView({ block: "nearest" }), true);

log.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// --- the conversation -------------------------------------------------------------------------------------------

const entries = restored();
let lastPost = 0;

function restored() {
  try {
    return JSON.parse(sessionStorage.getItem("entries")) ?? [];
  } catch {
    return [];
  }
}

function save() {
  try {
    sessionStorage.setItem("entries", JSON.stringify(entries));
  } catch {
    // full or forbidden: the conversation lasts as long as the page
  }
}

function keep(entry, lead = true) {
  entries.push(entry);
  entries.splice(0, entries.length - KEPT);
  save();
  const near = atEnd();
  const shown = show(entry);
  if (entry.kind !== "public") {
    if (lead) reveal(shown.previousElementSibling?.matches(".asked") ? shown.previousElementSibling : shown);
  } else if (near) reveal(shown);
  else newest.hidden = false;
}

function show(entry) {
  const shown = fromTemplate(entry.kind);
  if (entry.kind === "asked") {
    shown.querySelector(".words").textContent = entry.text;
    shown.classList.toggle("typed", entry.typed === true);
  } else {
    fill(shown, entry);
  }
  if (entry.kind === "public") {
    shown.dataset.post = entry.id;
    lastPost = Math.max(lastPost, entry.id);
  }
  return log.appendChild(shown);
}

function fill(shown, entry) {
  const meta = shown.querySelector(".meta");
  if (entry.at) meta.append(moment(entry.at));
  if (entry.briefing) meta.append(permalink(entry.briefing));
  shown.insertAdjacentHTML("beforeend", entry.html);
  localise(shown);
}

function edit({ edit: id, html, briefing }) {
  const entry = entries.find((one) => one.kind === "public" && one.id === id);
  const before = log.querySelector(`[data-post="${id}"]`);
  if (!entry || !before) return;
  Object.assign(entry, { html, briefing });
  save();
  const shown = fromTemplate("public");
  shown.dataset.post = id;
  fill(shown, entry);
  before.replaceWith(shown);
}

function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

function moment(at) {
  const time = document.createElement("time");
  time.dateTime = at;
  time.dataset.style = "datetime";
  return time;
}

function permalink(briefing) {
  const link = document.createElement("a");
  link.href = `/b/${encodeURIComponent(briefing)}`;
  link.textContent = "Open as a page";
  return link;
}

function notice(text) {
  const shown = document.createElement("p");
  shown.className = "notice";
  shown.textContent = text || "That did not work.";
  reveal(log.appendChild(shown));
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

function reveal(element) {
  element.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
}

function atEnd() {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
}

newest.addEventListener("click", () => {
  newest.hidden = true;
  const posts = log.querySelectorAll(".public");
  reveal(posts[posts.length - 1]);
  input.focus();
});

addEventListener("scroll", () => atEnd() && (newest.hidden = true), { passive: true });

// --- the keyboard: recall, "/", suggestions ---------------------------------------------------------------------

const recalled = entries.filter((entry) => entry.typed).map((entry) => entry.text);
let recalling = recalled.length;
let active = -1;
let looking = new AbortController();

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  input.focus();
  if (!input.value) {
    input.value = "/";
    suggest();
  }
});

input.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter and arrows belong to the input method
  const open = !listbox.hidden;
  if (event.key === "Escape") closeOptions();
  else if (open && event.key === "ArrowDown") choose(active + 1);
  else if (open && event.key === "ArrowUp" && active >= 0) choose(active - 1);
  else if (event.key === "ArrowUp") recall(-1);
  else if (event.key === "ArrowDown") recall(+1);
  else if (open && active >= 0 && (event.key === "Enter" || event.key === "Tab")) accept(listbox.children[active]);
  else return;
  event.preventDefault();
});

function recall(step) {
  const place = Math.min(Math.max(recalling + step, 0), recalled.length);
  if (place === recalling) return;
  recalling = place;
  input.value = recalled[place] ?? "";
  closeOptions();
}

input.addEventListener("input", suggest);
input.addEventListener("blur", closeOptions);
listbox.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the input keeps the focus
  const option = event.target.closest("[role=option]");
  if (option) accept(option);
});

async function suggest() {
  looking.abort();
  looking = new AbortController();
  const { signal } = looking;
  const text = input.value;
  choose(-1); // what was chosen for the words before this keystroke
  if (!text.trim()) return closeOptions();
  const typed = text.replace(/^\s*(\/brief(\s+|$)|\/(?=\S*$))?/i, "");
  const asks = /^\/?[a-z]*$/i.test(text) && "/brief".startsWith(text.toLowerCase());
  const commands = COMMANDS.filter(([name]) => text.startsWith("/") && name.startsWith(asks ? "" : typed.toLowerCase()));
  try {
    const { options } = await ask("/chat/suggest", { typed: asks ? "" : typed }, signal);
    showOptions([...options.map(({ label, value }) => [value, label]), ...commands]);
  } catch {
    // a newer keystroke, or no connection: then there is nothing to suggest
  }
}

function showOptions(found) {
  const chosen = listbox.children[active]?.dataset.words; // meanwhile, by an arrow
  listbox.replaceChildren(...found.map(option));
  listbox.hidden = found.length === 0;
  input.ariaExpanded = String(!listbox.hidden);
  choose(found.findIndex(([words]) => words === chosen));
}

function option([words, about], rank) {
  const item = document.createElement("li");
  item.id = `option-${rank}`;
  item.role = "option";
  item.dataset.words = words;
  const command = document.createElement("b");
  command.textContent = `/brief ${words}`;
  const label = document.createElement("span");
  label.textContent = about;
  item.append(command, label);
  return item;
}

function choose(rank) {
  active = Math.min(rank, listbox.children.length - 1);
  [...listbox.children].forEach((item, place) => (item.ariaSelected = String(place === active)));
  input.setAttribute("aria-activedescendant", active >= 0 ? `option-${active}` : "");
  listbox.children[active]?.scrollIntoView({ block: "nearest" });
}

function accept(item) {
  input.value = `/brief ${item.dataset.words} `;
  closeOptions();
}

function closeOptions() {
  looking.abort();
  listbox.hidden = true;
  input.ariaExpanded = "false";
  choose(-1);
}

// --- the channel ------------------------------------------------------------------------------------------------

const state = byId("state");
let pause = 500;
let silence;

function connect() {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/chat/stream?after=${lastPost}`);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket.close(), SILENCE);
  };
  socket.addEventListener("open", () => {
    state.textContent = "";
    pause = 500;
    heard();
  });
  socket.addEventListener("message", ({ data }) => {
    heard();
    const post = JSON.parse(data);
    if (post.edit) edit(post);
    else if (post.id > lastPost) keep({ kind: "public", ...post });
  });
  socket.addEventListener("close", () => {
    clearTimeout(silence);
    state.textContent = "Not connected; trying again.";
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  });
}

// --- start ------------------------------------------------------------------------------------------------------

entries.forEach(show);
if (entries.length) log.lastElementChild.scrollIntoView({ block: "start" });
else await converse("/chat/hello", {});
scrollTo({ top: entries.length > 2 ? scrollY : 0 });
connect();
if (matchMedia("(hover: hover)").matches) input.focus({ preventScroll: true }); // a phone would open its keyboard
