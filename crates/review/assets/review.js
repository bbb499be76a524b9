// Keys and news. Every key presses a button or follows a link that is on the page; without this file the pages work all
// the same. News (others' decisions, a new map) go into one strip of fixed height: nothing else on the page moves.
"use strict";

const SWITCH = "capmap-keys";
const EVERY = 2000; // milliseconds between two questions for news

function keysOn() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function isField(element) {
  return element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = isField(event.target);
  if (event.key === "Escape" && field) { event.target.blur(); return; }
  if (field || !keysOn() || event.repeat) return;
  // A focused link or button keeps its own Enter.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target || target.disabled) return;
  event.preventDefault();
  if (isField(target)) target.focus(); else target.click();
}

// In the note field, Enter would press the first button and confirm: a note alone decides nothing.
function onFieldKey(event) {
  if (event.key === "Enter") event.preventDefault();
}

// One press, one decision, however fast the fingers.
function onSubmit(event) {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
}

function say(words) {
  const news = document.getElementById("news");
  if (news && words && news.dataset.said !== words) {
    news.dataset.said = words;
    news.textContent = words;
  }
}

function show(id, value) {
  const place = document.getElementById(id);
  if (place && value !== null && place.textContent !== String(value)) place.textContent = String(value);
}

async function ask() {
  const known = document.body.dataset;
  const query = new URLSearchParams({ events: known.events, mapping: known.mapping });
  if (known.item) { query.set("item", known.item); query.set("version", known.version); }
  try {
    const answer = await fetch(`/live?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) { say("The review server does not let this page in any more: load it again."); return; }
    const news = await answer.json();
    say(news.words);
    show("points", news.points);
    show("decided", news.decided);
    show("items", news.items);
  } catch {
    say("The review server does not answer. Nothing that you do now is saved.");
  }
}

async function listen() {
  if (!document.hidden) await ask();
  setTimeout(listen, EVERY);
}

// On a small screen the passage may begin below the edge or behind the buttons. It is brought into sight once, on arrival.
function showPassage() {
  const passage = document.querySelector(".context .here");
  if (passage && !location.hash) passage.scrollIntoView({ block: "nearest" });
}

document.addEventListener("DOMContentLoaded", showPassage);
document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
document.querySelectorAll("input[data-key]").forEach((field) => field.addEventListener("keydown", onFieldKey));

// Coming back to a page by the browser's own button must show it as it is now, and let its forms be sent again.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

const keysSwitch = document.getElementById("keys-on");
if (keysSwitch) {
  keysSwitch.checked = keysOn();
  keysSwitch.addEventListener("change", () => {
    try { localStorage.setItem(SWITCH, keysSwitch.checked ? "on" : "off"); } catch { /* private window: keys stay on */ }
  });
}

if (document.body.dataset.events !== undefined) setTimeout(listen, EVERY);
