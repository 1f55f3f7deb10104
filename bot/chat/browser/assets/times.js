// Times in the reader's own zone and language. A day is named by day and month, and by its year if that is not this one.

const DAY = { day: "numeric", month: "short" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };

function words(at, style, now) {
  const day = at.getFullYear() === now.getFullYear() ? DAY : { ...DAY, year: "numeric" };
  const today = at.toDateString() === now.toDateString();
  if (style === "time" || (style === "datetime" && today)) return at.toLocaleTimeString([], CLOCK);
  return at.toLocaleString([], style === "date" ? day : { ...day, ...CLOCK });
}

export function localise(root) {
  const now = new Date();
  for (const time of root.querySelectorAll("time[data-style]")) {
    const at = new Date(time.dateTime);
    time.textContent = words(at, time.dataset.style, now);
    time.title = at.toLocaleString([], { dateStyle: "full", timeStyle: "long" });
  }
}

localise(document);
