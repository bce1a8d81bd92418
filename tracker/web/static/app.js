// Conveniences of the staff pages; every act works without them.
"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const keyed = new Map(all("[data-key]").map((item) => [item.dataset.key, item]));
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const local = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* no storage: the page works without */ } },
  };

  // The list of keys, and the switch that turns single letters off.
  const help = document.getElementById("phim");
  const off = document.querySelector("[data-keys-off]");
  if (off) {
    off.checked = local.get("keys-off") === "1";
    off.addEventListener("change", () => local.set("keys-off", off.checked ? "1" : "0"));
  }
  if (help) {
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = "link keys";
    opener.textContent = "Phím tắt (?)";
    opener.addEventListener("click", () => help.showModal());
    help.before(opener);
  }

  // Queue: J and K walk, X ticks, E opens on the spot, Enter opens the case.
  const rows = all("[data-walk] > .case .what");
  let here = rows.findIndex((row) => row.closest(".case").matches(".opened, :target"));
  const walk = (step) => {
    here = Math.max(0, Math.min(rows.length - 1, here + step));
    rows[here].focus();
  };
  for (const [index, row] of rows.entries()) row.addEventListener("focus", () => { here = index; });

  const inQueue = {
    j: () => walk(1),
    k: () => walk(-1),
    x: () => { const tick = here >= 0 && rows[here].closest(".case").querySelector("input[type=checkbox]"); if (tick) tick.click(); },
    e: () => { const link = here >= 0 && rows[here].closest(".case").querySelector(".open-here"); if (link) link.click(); },
  };

  const use = (item) => {
    if (item.tagName === "SUMMARY") {
      item.parentElement.open = true;
      const field = item.parentElement.querySelector("select, textarea, input:not([type=hidden])");
      if (field) field.focus();
    } else if (item.tagName === "BUTTON") item.focus();
    else item.click();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form");
      if (form) form.requestSubmit(form.querySelector("button:not([type=button]):not(.link)"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || (help && help.open)) return;
    if (event.key === "Escape" && keyed.has("escape")) return keyed.get("escape").click();
    if (typing(event.target)) return;
    if (event.key === "?" && help) return help.showModal();
    if (off && off.checked) return;
    const key = event.key.toLowerCase();
    const samples = all(".panel .sample");
    const deed = (rows.length && inQueue[key])
      || (key === "/" && document.querySelector("[data-search]") && (() => document.querySelector("[data-search]").focus()))
      || (key >= "1" && key <= "9" && samples[key - 1] && (() => samples[key - 1].click()))
      || (keyed.has(key) && (() => use(keyed.get(key))));
    if (deed) { event.preventDefault(); deed(); }
  });

  // The panel comes into view with the keyboard in it.
  const panel = document.getElementById("tai-cho");
  if (panel) panel.focus({ preventScroll: true });

  // Ticked rows are counted; one box ticks them all.
  const bar = document.getElementById("nhieu");
  const ticks = all("[data-walk] input[name=chon]");
  if (bar && ticks.length) {
    const count = bar.querySelector("[data-count]");
    const everything = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    everything.className = "check";
    everything.append(box, " Tất cả trang này");
    bar.querySelector("[data-all-place]").append(everything);
    const tell = () => {
      const number = ticks.filter((tick) => tick.checked).length;
      count.textContent = number ? `Đã đánh dấu ${number}` : "Chưa đánh dấu việc nào";
      bar.classList.toggle("ready", number > 0);
      box.checked = number === ticks.length;
      box.indeterminate = number > 0 && number < ticks.length;
    };
    box.addEventListener("change", () => { for (const tick of ticks) tick.checked = box.checked; tell(); });
    for (const tick of ticks) tick.addEventListener("change", tell);
    addEventListener("pageshow", tell);
    const pick = bar.querySelector("select[name=mau]");
    pick.addEventListener("change", () => { bar.querySelector("[name=text]").value = pick.selectedOptions[0].dataset.body || ""; });
  }

  // One open form at a time, so that the page stays short.
  const acts = all("#xu-ly details.act:not(.samples)");
  for (const act of acts) act.addEventListener("toggle", () => {
    if (act.open) for (const other of acts) if (other !== act) other.open = false;
  });

  // Answer templates: put into the field, the first place to fill selected.
  const blank = /\[[^[\]\n]{2,60}\]/;
  const put = (field, text) => {
    field.value = text;
    field.focus();
    const found = blank.exec(text);
    if (found) field.setSelectionRange(found.index, found.index + found[0].length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const sample of all("a[data-sample]")) sample.addEventListener("click", (event) => {
    event.preventDefault();
    for (const other of all(".sample.chosen")) other.classList.remove("chosen");
    sample.classList.add("chosen");
    put(sample.closest("form").querySelector("textarea"), sample.dataset.sample);
  });
  for (const sample of all(".samples dd")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second small";
    button.textContent = "Chép";
    button.setAttribute("aria-label", `Chép mẫu ${sample.previousElementSibling.textContent}`);
    button.addEventListener("click", () => {
      const act = acts.find((one) => one.open && one.querySelector("textarea")) || acts.find((one) => one.querySelector("textarea"));
      if (!act) return;
      act.open = true;
      const field = act.querySelector("textarea");
      put(field, field.value ? `${field.value}\n${sample.firstElementChild.textContent}` : sample.firstElementChild.textContent);
    });
    sample.append(button);
  }

  // Words being written are kept on the server; if that cannot be reached, in this tab.
  const OVER = "Phiên làm việc đã hết hạn. Cứ viết tiếp: khi gửi, trang hỏi đăng nhập rồi đưa chữ về đúng ô này.";
  for (const form of all("form[data-draft]")) {
    const field = form.querySelector("textarea");
    if (!field) continue;
    const said = form.querySelector("[data-said]");
    const name = `draft:${form.dataset.draft}`;
    const remote = form.dataset.draft.startsWith("/");
    const tell = (words) => {
      const left = form.hasAttribute("data-warn") && (field.value.match(new RegExp(blank, "g")) || []);
      if (said) said.textContent = left && left.length ? `Còn chỗ cần điền: ${left.join(", ")}` : words;
    };
    const saved = sessionStorage.getItem(name);
    if (saved && !field.value) field.value = saved;
    let timer = 0;
    let sending = false;
    const save = async () => {
      if (sending) return;
      try {
        const data = new URLSearchParams({ csrf: form.elements.csrf.value, text: field.value, quiet: "1" });
        const answer = await fetch(form.dataset.draft, { method: "POST", body: data, keepalive: true });
        if (answer.status === 204) sessionStorage.removeItem(name);
        tell(answer.status === 204 ? "Đã lưu nháp." : answer.status === 401 ? OVER : "Chưa lưu được nháp, chữ vẫn giữ trong thẻ này.");
      } catch { tell("Mất kết nối, chữ vẫn giữ trong thẻ này."); }
    };
    field.addEventListener("input", () => {
      sessionStorage.setItem(name, field.value);
      tell("");
      clearTimeout(timer);
      if (remote) timer = setTimeout(save, 1200);
    });
    form.addEventListener("submit", (event) => {
      if (sending) return event.preventDefault();
      sending = true;
      clearTimeout(timer);
      sessionStorage.removeItem(name);
      if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    });
    addEventListener("pageshow", () => { sending = false; for (const busy of all("[aria-busy]", form)) busy.removeAttribute("aria-busy"); });
  }

  // A chosen file is shown before it is sent; one too big is named while it can still be changed.
  const BIGGEST = 20 * 1024 * 1024;
  for (const input of all("input[type=file]")) {
    const frame = document.createElement("div");
    const words = document.createElement("span");
    const list = document.createElement("span");
    frame.className = "chooser";
    words.className = "choose";
    words.textContent = input.multiple ? "Chọn ảnh, tệp" : "Chọn tệp";
    words.setAttribute("aria-hidden", "true");
    list.setAttribute("role", "status");
    list.className = "hint";
    input.before(frame);
    frame.append(input, words, list);
    const tell = () => {
      list.replaceChildren(...[...input.files].map((file) => {
        const one = document.createElement("span");
        one.className = "chosen-file";
        if (file.type.startsWith("image/")) {
          const picture = document.createElement("img");
          picture.alt = "";
          picture.src = URL.createObjectURL(file);
          picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
          one.append(picture);
        }
        const big = file.size > BIGGEST;
        one.classList.toggle("late", big);
        one.append(big ? `${file.name}: lớn hơn 20 MB, xin chọn tệp nhỏ hơn` : file.name);
        return one;
      }));
      if (!input.files.length) list.textContent = "chưa chọn";
      input.setCustomValidity([...input.files].some((file) => file.size > BIGGEST) ? "Có tệp lớn hơn 20 MB." : "");
    };
    input.addEventListener("change", tell);
    addEventListener("pageshow", tell);
  }

  // A date field writes dates the browser's way: the day is repeated in ours, with its weekday.
  const weekday = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
  for (const input of all(".stack input[type=date], .grid input[type=datetime-local], .filters input[type=datetime-local], .filters input[type=date]")) {
    const said = document.createElement("span");
    said.className = "hint date-said";
    said.setAttribute("aria-live", "polite");
    input.after(said);
    const tell = () => { said.textContent = input.value ? weekday.format(new Date(`${input.value.slice(0, 10)}T12:00`)) : ""; };
    input.addEventListener("input", tell);
    tell();
  }

  // On a narrow screen the tab being looked at is in sight.
  for (const tab of all(".tabs [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - 60;

  for (const button of all("[data-print]")) button.addEventListener("click", () => window.print());
})();
