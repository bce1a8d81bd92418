// Draws the managers' charts from the page's own data; patterns and line marks tell series apart without colour.
"use strict";
(() => {
  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const ink = "#1d2b30";
  const font = { fontFamily: "Be Vietnam Pro, sans-serif", color: ink, fontSize: 12 };
  const colours = ["#0b5c6b", "#c2571a"];
  const marks = ["circle", "diamond"];

  const most = window.innerWidth < 600 ? 17 : 28;
  const short = (text) => {
    const plain = text.replace("Ủy ban nhân dân", "UBND");
    return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
  };

  const line = ({ labels, series }) => ({
    grid: { left: 40, right: 16, top: 16, bottom: 34 },
    xAxis: { type: "category", data: labels, axisLabel: font },
    yAxis: { type: "value", minInterval: 1, axisLabel: font },
    series: series.map((one, index) => ({
      type: "line", name: one.name, data: one.values, symbol: marks[index], symbolSize: 8,
      lineStyle: { width: 2.5, type: index ? "dashed" : "solid" },
    })),
  });

  const total = (series, at) => {
    const [calmly, late] = series.map((one) => one.values[at]);
    return late ? `${calmly + late}, quá hạn ${late}` : `${calmly}`;
  };

  const bar = ({ labels, series }) => ({
    grid: { left: 8, right: 92, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: font },
    yAxis: { type: "category", inverse: true, data: labels.map(short), axisLabel: font },
    series: series.map((one, index) => ({
      itemStyle: index ? { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.55)" } } : {},
      type: "bar", stack: "all", name: one.name, data: one.values, barMaxWidth: 22,
      label: index === series.length - 1 ? { show: true, position: "right", ...font, formatter: (point) => total(series, point.dataIndex) } : {},
    })),
  });

  for (const place of document.querySelectorAll("[data-chart]")) {
    const values = data[place.dataset.chart];
    if (!values || !values.labels.length) { place.classList.add("none"); continue; }
    const kind = place.dataset.kind === "bar" ? bar : line;
    if (kind === bar) place.classList.add("tall");
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ color: colours, animation: false, textStyle: font, ...kind(values) });
    const key = document.createElement("p");
    key.className = kind === bar ? "key" : "key lines";
    values.series.forEach((one, index) => {
      const item = document.createElement("span");
      item.className = `series-${index}`;
      item.textContent = one.name;
      key.append(item);
    });
    place.before(key);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
})();
