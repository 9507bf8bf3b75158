// Runs before the first paint, so that nobody who asked for the dark is flashed at.
// The choice is kept where the browser lets a page keep something.
"use strict";
const THEMES = ["auto", "light", "dark"];

function storedTheme() {
  try {
    const stored = localStorage.getItem("cartographer-theme");
    return THEMES.includes(stored) ? stored : "auto";
  } catch {
    return "auto";
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("cartographer-theme", theme);
  } catch {
    // A page opened from a file may not be allowed to keep anything; the choice then ends with the page.
  }
}

document.documentElement.dataset.theme = storedTheme();
document.documentElement.classList.add("with-script");
