package signin

import (
	"encoding/hex"
	"net/http"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/store"
)

// deviceDays is how long a browser is known after the last sign-in there.
const deviceDays = 90

// deviceCookie marks a browser in which an agent signed in. It opens nothing:
// it only keeps tries from elsewhere from slowing the owner down.
func (d *Door) deviceCookie() string { return or(d.Secure, "__Host-", "") + "usher_device" }

// device names the browser of a request when the agent has signed in there
// before, "" for any other.
func (d *Door) device(r *http.Request, agent store.Agent) (string, error) {
	cookie, err := r.Cookie(d.deviceCookie())
	if err != nil || agent.ID == "" {
		return "", nil //nolint:nilerr // no cookie is an ordinary browser
	}
	hash := auth.HashSecret(cookie.Value)
	owner, err := d.Store.DeviceOf(r.Context(), hash[:])
	if err != nil || owner != agent.ID {
		return "", err
	}
	return hex.EncodeToString(hash[:]), nil
}

// remember makes the browser of a request one that the agent signed in from.
// Programs send neither header of a browser and are not remembered.
func (d *Door) remember(w http.ResponseWriter, r *http.Request, agent store.Agent) error {
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return nil
	}
	secret, hash := auth.NewSecret()
	if cookie, err := r.Cookie(d.deviceCookie()); err == nil {
		if owner, err := d.device(r, agent); err != nil {
			return err
		} else if owner != "" {
			secret, hash = cookie.Value, auth.HashSecret(cookie.Value)
		}
	}
	const day = 24 * time.Hour
	if err := d.Store.AddDevice(r.Context(), hash[:], agent.ID, d.Clock().Add(deviceDays*day)); err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure but on this machine, where there is no TLS
		Name: d.deviceCookie(), Value: secret, Path: "/", MaxAge: int(deviceDays * day / time.Second),
		HttpOnly: true, Secure: d.Secure, SameSite: http.SameSiteStrictMode,
	})
	return nil
}
