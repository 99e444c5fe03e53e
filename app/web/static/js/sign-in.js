// Demo parks only: a role button fills in its account.
"use strict";

document.querySelectorAll("[data-fill-account]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("f-account").value = button.dataset.fillAccount;
    document.getElementById("f-password").value = button.dataset.fillPassword;
    document.querySelector("form.sic button[type=submit]").focus();
  });
});
