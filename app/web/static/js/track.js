// Sends where the phone is while the driver keeps the page open; without a network positions wait on the phone.
"use strict";

(() => {
  const EVERY_MS = 30_000;
  const MOST = 1_000;

  const millionths = (degrees) => Math.round(degrees * 1_000_000);

  const start = (place) => {
    const url = place.dataset.track;
    const button = place.querySelector("button");
    const status = place.querySelector("[role=status]");
    const store = `track ${url}`;
    let watch = null;
    let last = 0;

    const waiting = () => {
      try {
        return JSON.parse(localStorage.getItem(store)) || [];
      } catch {
        return [];
      }
    };

    const wait = (points) => {
      try {
        if (points.length) localStorage.setItem(store, JSON.stringify(points.slice(-10 * MOST)));
        else localStorage.removeItem(store);
      } catch {
        // A browser that keeps nothing sends only what it can send at once.
      }
    };

    const send = async () => {
      const points = waiting().slice(0, MOST);
      if (!points.length) return;
      const headers = {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrf-token]").content,
      };
      try {
        const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ points }) });
        // What the server refuses for good would be refused again; what it could not take is sent later.
        if (answer.ok || answer.status === 422) wait(waiting().slice(points.length));
        status.textContent = answer.ok ? place.dataset.saidOn : place.dataset.saidKept;
      } catch {
        status.textContent = place.dataset.saidKept;
      }
    };

    const keep = ({ coords, timestamp }) => {
      if (timestamp - last < EVERY_MS) return;
      last = timestamp;
      const point = {
        at: new Date(timestamp).toISOString(),
        latitude_e6: millionths(coords.latitude),
        longitude_e6: millionths(coords.longitude),
      };
      wait([...waiting(), point]);
      send();
    };

    const stop = (text) => {
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      watch = null;
      button.setAttribute("aria-pressed", "false");
      status.textContent = text;
    };

    button.addEventListener("click", () => {
      if (watch !== null) {
        stop(place.dataset.saidOff);
        return;
      }
      if (!navigator.geolocation) {
        stop(place.dataset.saidNo);
        return;
      }
      button.setAttribute("aria-pressed", "true");
      status.textContent = place.dataset.saidOn;
      watch = navigator.geolocation.watchPosition(keep, () => stop(place.dataset.saidNo), {
        enableHighAccuracy: true,
        maximumAge: EVERY_MS,
      });
    });
    window.addEventListener("online", send);
    send();
  };

  document.querySelectorAll("[data-track]").forEach(start);
})();
