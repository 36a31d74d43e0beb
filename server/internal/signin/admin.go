package signin

import (
	"errors"
	"net/http"

	"usher/server/internal/auth"
)

// ErrForbidden says that whoever is signed in may not do that.
var ErrForbidden = errors.New("signin: not allowed for this role")

// Admin reports whether a request comes from an admin who is signed in with a
// cookie, on a page of ours. ErrUnauthenticated: nobody is; ErrForbidden: it is
// no admin, or another page sent it.
func (d *Door) Admin(r *http.Request) error {
	cookie, err := r.Cookie(d.sessions.Cookie.Name)
	if err != nil {
		return ErrUnauthenticated
	}
	_, origin := r.Header["Origin"]
	_, site := r.Header["Sec-Fetch-Site"]
	if r.Method != http.MethodGet && (origin || site) && !d.Origins.AllowsCookie(r) {
		return ErrForbidden
	}
	a, err := d.Agent(r.Context(), cookie.Value)
	if err != nil {
		return err
	}
	if role, ok := auth.ParseRole(a.Role); !ok || !role.Administers() {
		return ErrForbidden
	}
	return nil
}
