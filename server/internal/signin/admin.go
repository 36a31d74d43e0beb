package signin

import (
	"errors"
	"net/http"

	"usher/server/internal/auth"
	"usher/server/internal/chat"
)

// ErrForbidden says that whoever is signed in may not do that.
var ErrForbidden = errors.New("signin: not allowed for this role")

// Admin is the admin who sent a request, signed in with a cookie, on a page of
// ours. ErrUnauthenticated: nobody is; ErrForbidden: it is no admin, or another
// page sent it.
func (d *Door) Admin(r *http.Request) (chat.AgentPerson, error) {
	_, origin := r.Header["Origin"]
	_, site := r.Header["Sec-Fetch-Site"]
	if r.Method != http.MethodGet && (origin || site) && !d.Origins.AllowsCookie(r) {
		return chat.AgentPerson{}, ErrForbidden
	}
	cookie, err := r.Cookie(d.sessions.Cookie.Name)
	if err != nil {
		return chat.AgentPerson{}, ErrUnauthenticated
	}
	a, err := d.Agent(r.Context(), cookie.Value)
	if err != nil {
		return chat.AgentPerson{}, err
	}
	if role, ok := auth.ParseRole(a.Role); !ok || !role.Administers() {
		return chat.AgentPerson{}, ErrForbidden
	}
	return a, nil
}
