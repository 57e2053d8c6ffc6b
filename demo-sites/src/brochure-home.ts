import { html } from "hono/html";
import type { Html } from "./page.ts";

const WORK = [
  ["Hulls and decks", "Planks steamed and bent in our own shed, caulked by hand, painted three times."],
  ["Rigging and sails", "Spliced, sewn and tried on the water before you pay for it."],
  ["Winter storage", "Forty boats under one roof, each looked at once a week."],
] as const;

const STEPS = ["Send us a photograph and two sentences.", "We come and knock on the planks.", "You get one price, and it stays.", "The boat is ready by May."];

const HOURS = [
  ["Monday to Thursday", "7 am to 4 pm"],
  ["Friday", "7 am to noon"],
  ["Saturday, April to June", "9 am to noon"],
] as const;

/** What a home page of a small business holds; the contact form comes after it, below the first screen. */
export const homeSections = (): Html => html`
<h2>What we do all day</h2>
<ul class="cards">${WORK.map(([name, text]) => html`<li><h2>${name}</h2><p>${text}</p></li>`)}</ul>
<h2>How it works</h2>
<ol>${STEPS.map((step) => html`<li>${step}</li>`)}</ol>
<h2>What they say</h2>
<blockquote>“She leaked for nine years. Now she does not, and I have nothing left to talk about.”<br>– Ines, Folkboat, 1964</blockquote>
<blockquote>“They said May and it was the last day of April.”<br>– Tom, gaff cutter</blockquote>
<h2>When we are here</h2>
<dl>${HOURS.map(([day, hours]) => html`<dt>${day}</dt><dd>${hours}</dd>`)}</dl>`;
