// Draws the managers' charts from the page's own data; patterns and line marks tell series apart without colour.
"use strict";
(() => {
  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ink = "#1d2b30";
  const font = { fontFamily: "Be Vietnam Pro, sans-serif", color: ink, fontSize: 12 };
  const colours = ["#0b5c6b", "#c2571a"];
  const marks = ["circle", "diamond"];

  const short = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

  const line = ({ labels, series }) => ({
    grid: { left: 44, right: 96, top: 20, bottom: 34 },
    xAxis: { type: "category", data: labels, axisLabel: font },
    yAxis: { type: "value", minInterval: 1, axisLabel: font },
    series: series.map((one, index) => ({
      type: "line", name: one.name, data: one.values, symbol: marks[index], symbolSize: 8,
      lineStyle: { width: 2.5, type: index ? "dashed" : "solid" },
      endLabel: { show: true, formatter: one.name, ...font },
    })),
  });

  const bar = ({ labels, series }) => ({
    grid: { left: 8, right: 40, top: 28, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: font },
    yAxis: { type: "category", inverse: true, data: labels.map(short), axisLabel: font },
    aria: { enabled: true, decal: { show: true } },
    series: series.map((one) => ({
      type: "bar", stack: "all", name: one.name, data: one.values, barMaxWidth: 22,
      label: { show: true, ...font, color: "#fff", textBorderColor: ink, textBorderWidth: 2, formatter: (point) => point.value || "" },
    })),
  });

  for (const place of document.querySelectorAll("[data-chart]")) {
    const values = data[place.dataset.chart];
    if (!values || !values.labels.length) { place.classList.add("none"); continue; }
    const kind = place.dataset.kind === "bar" ? bar : line;
    if (kind === bar) place.classList.add("tall");
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ color: colours, animation: !calm, textStyle: font, ...kind(values) });
    if (kind === bar) {
      const key = document.createElement("p");
      key.className = "key";
      values.series.forEach((one, index) => {
        const item = document.createElement("span");
        item.className = `series-${index}`;
        item.textContent = one.name;
        key.append(item);
      });
      place.before(key);
    }
    new ResizeObserver(() => chart.resize()).observe(place);
  }
})();
