// "4 giây trước": how long ago each <time data-ago> was, told again every few seconds.

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function ago(moment: Date, now: Date, language: string): string {
  const seconds = Math.max(0, Math.round((now.getTime() - moment.getTime()) / 1000));
  const [unit, length] = STEPS.find(([, size]) => seconds >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: seconds < 1 ? "auto" : "always" }).format(-Math.floor(seconds / length), unit);
}

export function tellAges(): void {
  tell();
  window.setInterval(tell, 5_000);
}

export function tell(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    element.textContent = ago(new Date(element.dateTime), new Date(), document.documentElement.lang);
  }
}
