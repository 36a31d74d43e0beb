package auth_test

import (
	"testing"

	"usher/server/internal/auth"
)

func TestRole(t *testing.T) {
	t.Parallel()
	type rights struct{ review, security, supervisor, other, supervises, administers bool }
	for role, want := range map[auth.Role]rights{
		auth.RoleAgent:      {review: true},
		auth.RoleSecurity:   {security: true},
		auth.RoleSupervisor: {review: true, security: true, supervisor: true, supervises: true},
		auth.RoleAdmin:      {review: true, security: true, supervisor: true, supervises: true, administers: true},
		"":                  {},
		"Admin":             {},
	} {
		got := rights{
			role.Sees("kyc_review"), role.Sees("account_security"), role.Sees("supervisor"), role.Sees("") || role.Sees("KYC_REVIEW"),
			role.Supervises(), role.Administers(),
		}
		if got != want {
			t.Errorf("%q: %+v, want %+v", role, got, want)
		}
	}
}

func TestParseRole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"agent": true, "security": true, "supervisor": true, "admin": true, "": false, "Admin": false, "admin ": false, "root": false,
	} {
		if role, ok := auth.ParseRole(text); ok != want || want && string(role) != text || !want && role != "" {
			t.Errorf("%q: %q, %v", text, role, ok)
		}
	}
}
