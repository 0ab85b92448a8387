"use strict";

/** Random numbers in [0, 1) that a seed decides: a test goes on after a reload as it was planned. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {  // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(items, random) {
  const found = [...items];
  for (let i = found.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [found[i], found[j]] = [found[j], found[i]];
  }
  return found;
}

/** All questions in order: in each round every pair once, in any order; from round to round the sides change. */
function plan(data, seed) {
  const random = randomNumbers(seed);
  const pairs = data.pairs.map(systems => ({
    systems: shuffled(systems, random),
    lines: shuffled(data.lines.filter(line => systems.every(system => system in line.clips)), random),
  }));
  const questions = [];
  for (let round = 0; pairs.some(pair => round < pair.lines.length); round++) {
    const due = pairs.filter(pair => round < pair.lines.length);
    for (const { systems, lines } of shuffled(due, random)) {
      const [a, b] = round % 2 ? [systems[1], systems[0]] : systems;
      questions.push({ round, line: lines[round], a, b });
    }
  }
  return questions;
}

/** What is kept of an answer; choice is "A", "same" or "B". */
function answered(question, number, choice, seconds, plays) {
  const { line, a, b } = question;
  return {
    number, texts: line.texts, name: line.name, text: line.text, a, b, choice,
    preferred: { A: a, B: b, same: null }[choice],
    seconds: Math.round(seconds * 10) / 10, plays: { ...plays },
  };
}

/** Where in its round a question stands. */
function place(questions, number) {
  const { round } = questions[number];
  const first = questions.findIndex(question => question.round === round);
  const size = questions.filter(question => question.round === round).length;
  return { round: round + 1, rounds: questions.at(-1).round + 1, at: number - first + 1, size };
}

/** Answers that outlive the page, as far as the browser lets them. */
function memory(key, storage) {
  return {
    load() {
      try {
        const state = JSON.parse(storage().getItem(key));
        return Number.isInteger(state.seed) && Array.isArray(state.answers) ? state : null;
      } catch { return null; }
    },
    keep(state) {
      try { storage().setItem(key, JSON.stringify(state)); return true; } catch { return false; }
    },
  };
}

function run(document, window) {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = id => document.getElementById(id);
  const kept = memory("wavenet listening test " + data.test, () => window.localStorage);
  const fresh = () => ({ seed: window.crypto.getRandomValues(new Uint32Array(1))[0], answers: [] });
  const say = text => { by("message").textContent = text; };
  const CHOICES = { A: "choose-a", same: "choose-same", B: "choose-b" };
  let state = kept.load() ?? fresh();
  let questions = plan(data, state.seed);
  let sounds = {}, plays = {}, began = 0;

  function stop() {
    for (const side of ["A", "B"]) {
      sounds[side]?.pause();
      by("play-" + side.toLowerCase()).classList.remove("playing");
    }
  }

  function play(side) {
    const sound = sounds[side];
    if (!sound) return;
    stop();
    sound.currentTime = 0;
    sound.play().then(() => {
      by("play-" + side.toLowerCase()).classList.add("playing");
      plays[side] += 1;
      for (const id of Object.values(CHOICES)) by(id).disabled = !(plays.A && plays.B);
    }).catch(error => {
      if (error.name !== "AbortError") say("This clip cannot be played: " + error.message);
    });
  }

  function show() {
    stop();
    const number = state.answers.length, question = questions[number];
    by("welcome").hidden = true;
    by("answers").hidden = number === 0;
    by("question").hidden = !question;
    if (!question) {
      sounds = {};
      say("That was all: thank you. Please save your answers.");
      by("save").focus();
      return;
    }
    const { round, rounds, at, size } = place(questions, number);
    by("where").textContent = `Question ${at} of ${size}` + (rounds > 1 ? `, round ${round} of ${rounds}` : "");
    by("progress").max = size;
    by("progress").value = at - 1;
    by("text").textContent = question.line.text;
    plays = { A: 0, B: 0 };
    sounds = {};
    for (const [side, system] of [["A", question.a], ["B", question.b]]) {
      sounds[side] = new window.Audio(question.line.clips[system]);
      sounds[side].addEventListener("ended", stop);
    }
    for (const id of Object.values(CHOICES)) by(id).disabled = true;
    began = window.performance.now();
    by("play-a").focus();
  }

  function choose(choice) {
    const number = state.answers.length;
    if (!questions[number] || by(CHOICES[choice]).disabled) return;
    const seconds = (window.performance.now() - began) / 1000;
    state.answers.push(answered(questions[number], number + 1, choice, seconds, plays));
    say(kept.keep(state) ? "" : "This browser keeps nothing: save your answers before you close the page.");
    show();
  }

  function save() {
    const text = JSON.stringify({ test: data.test, seed: state.seed, answers: state.answers }, null, 1);
    const link = document.createElement("a");
    link.href = window.URL.createObjectURL(new window.Blob([text], { type: "application/json" }));
    link.download = "listening_test.json";
    link.click();
    window.setTimeout(() => window.URL.revokeObjectURL(link.href), 1000);
  }

  function reset() {
    if (!window.confirm("Forget all answers?")) return;
    state = fresh();
    kept.keep(state);
    questions = plan(data, state.seed);
    say("");
    show();
  }

  const keys = { a: () => play("A"), b: () => play("B"), 1: () => choose("A"), 2: () => choose("same"), 3: () => choose("B") };
  document.addEventListener("keydown", event => {
    const asked = keys[event.key.toLowerCase()];
    if (!asked || by("question").hidden || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    event.preventDefault();
    asked();
  });
  by("play-a").addEventListener("click", () => play("A"));
  by("play-b").addEventListener("click", () => play("B"));
  for (const [choice, id] of Object.entries(CHOICES)) by(id).addEventListener("click", () => choose(choice));
  by("start").addEventListener("click", show);
  by("save").addEventListener("click", save);
  by("reset").addEventListener("click", reset);
  if (state.answers.length) {
    by("start").textContent = "Go on after " + state.answers.length + (state.answers.length > 1 ? " answers" : " answer");
    by("answers").hidden = false;
  }
}

if (typeof document !== "undefined") run(document, window);
