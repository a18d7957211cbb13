// This file counts what the server does, as text for Prometheus (exposition format 0.0.4).

const HELP = {
  kolm_cache_requests_total: "counter Requests by kind, method and status.",
  kolm_cache_sent_bytes_total: "counter Bytes of bodies sent.",
  kolm_cache_received_bytes_total: "counter Bytes of bodies stored.",
  kolm_cache_refused_total: "counter Uploads and requests refused, by reason.",
  kolm_cache_in_flight: "gauge Requests being answered.",
  kolm_cache_resident_bytes: "gauge Memory of the process.",
} as const;
type Name = keyof typeof HELP;

export class Metrics {
  readonly #values = new Map<Name, Map<string, number>>();

  add(name: Name, amount: number, labels: Readonly<Record<string, string>> = {}): void {
    const series = this.#values.get(name) ?? new Map<string, number>();
    // Labels are of our own making: no value holds a quote, a backslash or a line feed.
    const label = Object.entries(labels)
      .map(([key, value]) => `${key}="${value}"`)
      .join(",");
    series.set(label, (series.get(label) ?? 0) + amount);
    this.#values.set(name, series);
  }

  render(): string {
    const values = new Map(this.#values).set("kolm_cache_resident_bytes", new Map([["", process.memoryUsage.rss()]]));
    // The keys are those of HELP.
    const names = Object.keys(HELP) as Name[];
    const blocks = names.map((name) => {
      const [type = "", ...words] = HELP[name].split(" ");
      const lines = [...(values.get(name) ?? [["", 0] as const])].map(
        ([label, value]) => `${name}${label === "" ? "" : `{${label}}`} ${value}`,
      );
      return [`# HELP ${name} ${words.join(" ")}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
    });
    return `${blocks.join("\n")}\n`;
  }
}
