"""Addresses of the area `people`."""

from __future__ import annotations

from django.urls import path

from segue.web.people import account, invitations, passwords, permissions, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/password/", passwords.change, name="password-change"),
    path("account/sessions/end-others/", account.sessions_end, name="sessions-end"),
    path("account/sessions/<str:handle>/end/", account.session_end, name="session-end"),
    path("password-reset/", passwords.ask_for_link, name="password-reset"),
    path("password-reset/sent/", passwords.link_sent, name="password-reset-sent"),
    path("password-reset/done/", passwords.chosen, name="password-reset-done"),
    path(
        "password-reset/<str:uidb64>/<str:token>/",
        passwords.choose,
        name="password-reset-confirm",
    ),
    path("invitation/", invitations.accept, name="invitation-accept"),
    path("invitation/<str:token>/", invitations.follow, name="invitation"),
    path("permissions/", permissions.permissions, name="permissions"),
    path("permissions/invite/", invitations.invite, name="invite"),
    path(
        "permissions/invitations/<int:pk>/withdraw/",
        invitations.withdraw,
        name="invitation-withdraw",
    ),
    path("permissions/<int:pk>/role/", permissions.role, name="person-role"),
    path("permissions/<int:pk>/deactivate/", permissions.deactivate, name="person-deactivate"),
    path("permissions/<int:pk>/reactivate/", permissions.reactivate, name="person-reactivate"),
]
