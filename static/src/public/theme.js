// Sets the chosen theme before the first paint; the toggle writes the same key.
(function () {
  try {
    var theme = localStorage.getItem("drydock:theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (error) {
    /* no storage: the system's theme */
  }
  document.documentElement.dataset.js = "on";
})();
