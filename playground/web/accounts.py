"""Signing up and in, with Django's own forms. A guest who signs up keeps everything."""

from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from playground.accounts import identity, ratelimit
from playground.accounts import services as learners
from playground.builds.services.workspaces import ensure_learner

ATTEMPTS = 20
"""Sign-ins and sign-ups from one address in ten minutes."""


class Login(LoginView):
    """Django's own, with a limit on guessing."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count, then Django's own."""
        ratelimit.check(what="sign-ins", who=ratelimit.address_of(request), most=ATTEMPTS, window=600)
        return super().post(request, *args, **kwargs)


def signup(request: HttpRequest) -> HttpResponse:
    """Give the guest an account; somebody new gets an empty workspace with it."""
    if request.user.is_authenticated:
        return redirect("home")
    form: UserCreationForm[User] = UserCreationForm(request.POST or None)
    if request.method == "POST":
        ratelimit.check(what="sign-ups", who=ratelimit.address_of(request), most=ATTEMPTS, window=600)
    if request.method != "POST" or not form.is_valid():
        return render(request, "registration/signup.html", {"form": form, "nav": ""})
    learner = ensure_learner(request)  # first, for it may refuse, and then there must be no user
    user = form.save()
    learners.adopt_user(learner=learner, user=user)
    login(request, user)
    answer = redirect("home")
    answer.delete_cookie(identity.COOKIE)
    return answer
