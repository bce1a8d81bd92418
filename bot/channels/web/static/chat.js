"use strict";

// Livelier than the plain page: sends without reloading and shows answers as they come.
const log = document.getElementById("log");
const state = document.getElementById("state");
const write = document.getElementById("write");
const text = document.getElementById("text");
const photo = document.getElementById("photo");
const PLACE_FAILED = "Chưa lấy được vị trí. Quý vị gõ giúp tên xã, phường hoặc tên đường nhé.";
const ANSWERING = "Đang trả lời…";
const NOT_SENT = "Chưa gửi được, có thể do mạng. Quý vị bấm Gửi lại giúp nhé.";
const TOO_BIG = "Ảnh lớn hơn 20 MB. Quý vị chọn giúp ảnh nhỏ hơn nhé.";
const NOT_PICTURE = "Tệp này không phải ảnh. Quý vị chọn giúp một ảnh nhé.";
const BIGGEST = 20 * 1024 * 1024;
const NEAR_END = 120;
const shown = new Set();
const picked = document.getElementById("picked");
const newest = document.getElementById("newest");
let last = Number(log.dataset.last);

document.documentElement.classList.add("live");
toEnd();

function toEnd() {
  log.scrollTop = log.scrollHeight;
  newest.hidden = true;
}

function nearEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
}

// Three dots while an answer is on its way; the words beside them are for screen readers.
function typing(words) {
  state.textContent = words;
  state.classList.toggle("typing", words === ANSWERING);
}

function element(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

function now() {
  const zone = { timeZone: "Asia/Ho_Chi_Minh" };
  const hour = new Date().toLocaleTimeString("vi-VN", { ...zone, hour: "2-digit", minute: "2-digit" });
  const day = new Date().toLocaleDateString("vi-VN", { ...zone, day: "2-digit", month: "2-digit", year: "numeric" });
  return `${hour} ${day}`;
}

function choiceOf(button) {
  if (button.url) {
    const link = element("a", "choice", button.label);
    if (button.url.startsWith("https://") || button.url.startsWith("http://")) link.href = button.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const made = element("button", button.share ? "needs-script" : "", button.label);
  if (button.share) {
    made.type = "button";
    made.dataset.share = button.share;
  } else {
    made.name = "token";
    made.value = button.token;
  }
  return made;
}

function show(line) {
  if (line.id && shown.has(line.id)) return;
  if (line.id) shown.add(line.id);
  last = Math.max(last, line.id);
  const reading = !line.own && !nearEnd();
  const made = element("article", `line ${line.own ? "own" : "ours"}`);
  made.append(element("span", "who", line.own ? "Quý vị" : "Lắng Nghe"));
  if (line.picture) {
    const picture = element("img", "sent-photo");
    picture.alt = "Ảnh quý vị gửi";
    picture.addEventListener("load", toEnd);
    picture.src = URL.createObjectURL(line.picture);
    made.append(picture);
  }
  if (line.text) made.append(element("p", "", line.text));
  if (line.buttons && line.buttons.length) {
    const form = element("form", "choices");
    form.method = "post";
    form.action = "/chat/messages";
    form.append(...line.buttons.flat().map(choiceOf));
    made.append(form);
  }
  made.append(element("time", "", line.time || now()));
  log.append(made);
  if (!line.own && !state.classList.contains("failed")) typing("");
  if (reading) newest.hidden = false;
  else toEnd();
}

function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(form, words, picture) {
  typing("Đang gửi…");
  write.classList.add("sending");
  try {
    const answer = await fetch("/chat/messages", { method: "POST", body: form, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) {
      failed(said.error || NOT_SENT);
      return false;
    }
  } catch {
    failed(NOT_SENT);
    return false;
  } finally {
    write.classList.remove("sending");
  }
  typing(ANSWERING);
  show({ id: 0, own: true, text: words, picture });
  return true;
}

function failed(words) {
  typing(words);
  state.classList.add("failed");
  setTimeout(() => state.classList.remove("failed"), 8000);
}

write.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  const file = photo.files[0];
  if (write.classList.contains("sending")) return;
  if (!words && !file) {
    text.focus();
    return;
  }
  const done = await send(new FormData(write), words, file);
  if (!done) return; // the same key again: what did arrive is not said twice
  write.reset();
  write.elements.key.value = key();
  preview();
  text.focus();
});

// The chosen photo is shown before it is sent, and can be taken back.
function preview() {
  const file = photo.files[0];
  picked.replaceChildren();
  picked.hidden = !file;
  if (!file) return;
  const picture = element("img", "");
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
  const back = element("button", "", "Bỏ ảnh");
  back.type = "button";
  back.addEventListener("click", () => { photo.value = ""; preview(); photo.focus(); });
  picked.append(picture, element("span", "", file.name), back);
  typing("Đã chọn ảnh. Viết thêm vài lời nếu cần rồi bấm Gửi.");
}

photo.addEventListener("change", () => {
  const file = photo.files[0];
  const wrong = file && (file.size > BIGGEST ? TOO_BIG : file.type && !file.type.startsWith("image/") ? NOT_PICTURE : "");
  if (wrong) photo.value = "";
  preview();
  if (wrong) failed(wrong);
});

newest.addEventListener("click", toEnd);
log.addEventListener("scroll", () => { if (nearEnd()) newest.hidden = true; });

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  write.requestSubmit();
});

log.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  const form = new FormData();
  form.set(button.name, button.value);
  button.disabled = true;
  if (!(await send(form, button.textContent.trim())) || button.name === "text") button.disabled = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-share]");
  if (!button) return;
  if (!navigator.geolocation) {
    failed(PLACE_FAILED);
    text.focus();
    return;
  }
  typing("Đang xác định vị trí…");
  navigator.geolocation.getCurrentPosition(
    (found) => {
      const form = new FormData();
      form.set("lat", found.coords.latitude);
      form.set("lon", found.coords.longitude);
      send(form, "Vị trí đã gửi");
    },
    () => { failed(PLACE_FAILED); text.focus(); },
    { timeout: 15000 },
  );
});

async function ask() {
  try {
    const answer = await fetch(`/chat/messages?after=${last}`);
    (await answer.json()).lines.forEach(show);
  } catch {
    // the network is away for a moment; the next round asks again
  }
  setTimeout(ask, 2000);
}

if ("EventSource" in window) {
  let failures = 0;
  const events = new EventSource(`/chat/events?after=${last}`);
  events.addEventListener("open", () => { failures = 0; });
  events.addEventListener("line", (event) => show(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    failures += 1;
    if (failures < 4 && events.readyState !== EventSource.CLOSED) return;
    events.close();
    ask();
  });
} else {
  ask();
}
