// Conveniences of the staff pages; every act works without them.
"use strict";
(() => {
  const keyed = new Map();
  for (const item of document.querySelectorAll("[data-key]")) keyed.set(item.dataset.key, item);

  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select");

  // Queue: J and K walk, X ticks, Enter opens.
  const rows = [...document.querySelectorAll(".cases > .case .what")];
  let here = -1;
  const walk = (step) => {
    here = Math.max(0, Math.min(rows.length - 1, here + step));
    rows[here].focus();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form");
      if (form) form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (rows.length && (key === "j" || key === "k")) return walk(key === "j" ? 1 : -1);
    if (rows.length && key === "x" && here >= 0) {
      const tick = rows[here].closest(".case").querySelector("input[type=checkbox]");
      if (tick) tick.checked = !tick.checked;
      return;
    }
    if (key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    const item = keyed.get(key);
    if (!item) return;
    event.preventDefault();
    if (item.tagName === "SUMMARY") {
      item.parentElement.open = true;
      const field = item.parentElement.querySelector("select, textarea, input:not([type=hidden])");
      if (field) field.focus();
    } else if (item.tagName === "BUTTON") item.focus();
    else item.click();
  });

  // One open form at a time, so that the page stays short.
  const acts = [...document.querySelectorAll("#xu-ly details.act:not(.samples)")];
  for (const act of acts) act.addEventListener("toggle", () => {
    if (act.open) for (const other of acts) if (other !== act) other.open = false;
  });

  // Answer templates: copied into the open form.
  for (const sample of document.querySelectorAll(".samples dd")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second small";
    button.textContent = "Chép";
    button.setAttribute("aria-label", `Chép mẫu ${sample.previousElementSibling.textContent}`);
    button.addEventListener("click", () => {
      const act = acts.find((one) => one.open) || acts[0];
      if (!act) return;
      act.open = true;
      const field = act.querySelector("textarea");
      field.value = field.value ? `${field.value}\n${sample.firstElementChild.textContent}` : sample.firstElementChild.textContent;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    sample.append(button);
  }

  // Drafts stay in this tab until sent.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const field = form.querySelector("textarea");
    const name = `draft:${form.dataset.draft}`;
    if (!field) continue;
    const kept = sessionStorage.getItem(name);
    if (kept && !field.value) {
      field.value = kept;
      const act = form.closest("details");
      if (act) act.open = true;
    }
    field.addEventListener("input", () => sessionStorage.setItem(name, field.value));
    form.addEventListener("submit", () => {
      sessionStorage.removeItem(name);
      const button = form.querySelector("button:not([type=button])");
      if (button) button.setAttribute("aria-busy", "true");
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
})();
