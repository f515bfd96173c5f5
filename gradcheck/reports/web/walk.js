// The walk through a graph: shows one step at a time and lights it up in the drawing. Everything it shows is on the page.
(() => {
  "use strict";
  const walk = document.getElementById("walk");
  const steps = walk ? [...walk.querySelectorAll(".step")] : [];
  if (!steps.length) return;

  const controls = walk.querySelector(".controls");
  const slider = controls.querySelector("input");
  const where = controls.querySelector(".where");
  const told = walk.querySelector(".told");
  const figure = walk.querySelector(".canvas");
  const play = controls.querySelector('[data-go="play"]');
  const all = controls.querySelector('[data-go="all"]');

  // The drawing: nodes by their place in the result, edges by the names at their ends.
  const nodes = new Map();
  const into = new Map();
  const outOf = new Map();
  const put = (map, key, edge) => map.has(key) ? map.get(key).push(edge) : map.set(key, [edge]);
  for (const node of walk.querySelectorAll(".node")) {
    for (const index of (node.dataset.members || node.dataset.index).split(" ")) nodes.set(index, node);
  }
  for (const edge of walk.querySelectorAll(".edge")) {
    put(into, edge.dataset.to, edge);
    put(outOf, edge.dataset.from, edge);
  }
  const edgesOf = (node, backward) => (backward ? outOf : into).get(node.dataset.node) || [];

  let now = 0;  // 0: the whole graph; n: step n
  let lit = [];
  let timer = 0;

  // What a step leaves behind in the drawing: a value and local derivatives, or an adjoint.
  const mark = (step, reached) => {
    const node = nodes.get(step.dataset.index);
    if (!node) return;
    const backward = step.dataset.pass === "backward";
    const name = backward ? "passed" : "reached";
    const count = Math.max(0, Number(node.dataset[name] || 0) + (reached ? 1 : -1));
    node.dataset[name] = count;
    node.classList.toggle(name, count > 0);
    if (!backward) for (const edge of edgesOf(node, false)) edge.classList.toggle("reached", count > 0);
  };

  const light = (step) => {
    for (const element of lit) element.classList.remove("lit");
    lit = [];
    const node = step && nodes.get(step.dataset.index);
    if (!node) return;
    lit = [node, ...edgesOf(node, step.dataset.pass === "backward")];
    for (const element of lit) element.classList.add("lit");
    if (figure && figure.scrollWidth > figure.clientWidth) {
      const box = node.getBoundingClientRect();
      const frame = figure.getBoundingClientRect();
      if (box.left < frame.left || box.right > frame.right) {
        figure.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
      }
    }
  };

  const show = (next, quiet) => {
    next = Math.min(Math.max(next, 0), steps.length);
    for (let at = now; at < next; at++) mark(steps[at], true);
    for (let at = now - 1; at >= next; at--) mark(steps[at], false);
    if (now) {
      steps[now - 1].classList.remove("now");
      steps[now - 1].removeAttribute("aria-current");
    }
    now = next;
    const step = now ? steps[now - 1] : null;
    if (step) {
      step.classList.add("now");
      step.setAttribute("aria-current", "step");
      if (all.getAttribute("aria-pressed") === "true") step.scrollIntoView({ block: "nearest" });
    }
    walk.classList.toggle("walking", now > 0);
    light(step);
    slider.value = now;
    const place = step ? `Step ${now} of ${steps.length}, ${step.dataset.pass} pass` : `Whole graph, ${steps.length} steps`;
    slider.setAttribute("aria-valuetext", place);
    where.textContent = place;
    if (!quiet) told.textContent = step ? `${place}: ${step.dataset.told}` : place;
  };

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    play.classList.remove("playing");
    play.setAttribute("aria-label", "Play");
    play.title = "Play";
  };

  const tick = () => {
    show(now + 1);
    if (now < steps.length) timer = setTimeout(tick, Number(walk.dataset.pace));
    else stop();
  };

  const start = () => {
    if (now === steps.length) show(0, true);
    play.classList.add("playing");
    play.setAttribute("aria-label", "Pause");
    play.title = "Pause";
    tick();
  };

  const actions = {
    first: () => show(0),
    back: () => show(now - 1),
    next: () => show(now + 1),
    last: () => show(steps.length),
    all: () => {
      const pressed = all.getAttribute("aria-pressed") !== "true";
      all.setAttribute("aria-pressed", String(pressed));
      walk.classList.toggle("all", pressed);
    },
  };

  controls.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const go = button.dataset.go;
    if (go === "play") {
      if (timer) stop();
      else start();
      return;
    }
    stop();
    actions[go]();
  });

  slider.addEventListener("input", () => {
    stop();
    show(Number(slider.value));
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, .scroll")) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      stop();
      show(now + (event.key === "ArrowRight" ? 1 : -1));
    } else if (event.key === "Escape") {
      stop();
    }
  });

  if (figure) {
    figure.addEventListener("click", (event) => {
      const node = event.target.closest(".node");
      if (!node) return;
      const backward = now > 0 && steps[now - 1].dataset.pass === "backward";
      const fits = (step) => nodes.get(step.dataset.index) === node && (step.dataset.pass === "backward") === backward;
      const found = steps.findIndex(fits);
      if (found >= 0) {
        stop();
        show(found + 1);
      }
    });
  }

  controls.hidden = false;
  walk.classList.add("ready");
  show(0, true);
})();
