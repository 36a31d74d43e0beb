package api

import (
	"errors"
	"net/http"
	"time"

	"usher/server/internal/store"
	"usher/server/internal/strictjson"
)

// AdminRoutes adds what the console shows admins about keys:
//
//	GET    /agent/keys       → 200 {"keys":[…],"scopes":[…]}
//	POST   /agent/keys       {name, scopes?, rate?, days?, replaces?} → 201 {"id":…,"key":…}
//	DELETE /agent/keys/{id}  → 200 the key, revoked
func (a *API) AdminRoutes(mux *http.ServeMux) {
	for pattern, run := range map[string]func(*http.Request, Maker) (int, any, error){
		"GET /agent/keys": a.listKeys, "POST /agent/keys": a.addKey, "DELETE /agent/keys/{id}": a.revokeKey,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			by, err := a.Admin(r)
			if err == nil {
				var status int
				var out any
				if status, out, err = run(r, by); err == nil {
					a.write(w, answerOf(status, out))
					return
				}
			}
			p := problemOf(err)
			if p.status == http.StatusInternalServerError {
				a.Log.ErrorContext(r.Context(), "key not handled", "error", err)
			}
			a.refuse(w, p)
		})
	}
}

// What Options.Admin answers who is no admin.
var (
	ErrNotSignedIn = errors.New("api: not signed in")
	ErrNoAdmin     = errors.New("api: not an admin")
)

// keyView is a key as an admin sees it; the key itself nobody sees again.
type keyView struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Partner   string    `json:"partner"` // the same for keys that see the same things
	State     string    `json:"state"`   // live, revoked or expired
	Scopes    []string  `json:"scopes"`
	Rate      string    `json:"rate"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

func (a *API) view(k store.APIKey) keyView {
	return keyView{
		ID: k.ID, Name: k.Name, Partner: k.Partner, State: StateOf(k, a.Clock()), Scopes: k.Scopes, Rate: k.Rate,
		CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, UsedAt: k.UsedAt,
	}
}

func (a *API) listKeys(r *http.Request, _ Maker) (int, any, error) {
	keys, err := a.Store.Keys(r.Context())
	if err != nil {
		return 0, nil, errUnavailable
	}
	out := struct {
		Keys []keyView `json:"keys"`
		// Scopes are what there is to choose from.
		Scopes []string `json:"scopes"`
	}{Keys: make([]keyView, len(keys)), Scopes: Scopes()}
	for i, k := range keys {
		out.Keys[i] = a.view(k)
	}
	return http.StatusOK, out, nil
}

type newKeyBody struct {
	Name     string   `json:"name" strict:"required"`
	Scopes   []string `json:"scopes"`
	Rate     string   `json:"rate"`
	Days     int      `json:"days"` // how long it lives; 0: a year
	Replaces string   `json:"replaces"`
}

func (a *API) addKey(r *http.Request, by Maker) (int, any, error) {
	raw, err := readBody(nil, r)
	if err != nil {
		return 0, nil, err
	}
	var b newKeyBody
	if !isJSON(r) {
		return 0, nil, errMedia
	}
	if err := strictjson.Decode(raw, &b); err != nil {
		return 0, nil, err
	}
	const day = 24 * time.Hour
	if b.Days < 0 || b.Days > int(longestLife/day) {
		return 0, nil, badValues(fault{Pointer: new("/days"), Code: "bad_value"})
	}
	key, text, err := MakeKey(r.Context(), a.Store, NewKey{
		Name: b.Name, Scopes: b.Scopes, Rate: b.Rate, Life: time.Duration(b.Days) * day, Replaces: b.Replaces, By: by,
	}, a.Clock())
	if wrong, ok := errors.AsType[*KeyError](err); ok {
		return 0, nil, badValues(fault{Pointer: new("/" + wrong.Field), Code: "bad_value", Detail: wrong.Rule})
	}
	if err != nil {
		return 0, nil, errUnavailable
	}
	return http.StatusCreated, struct {
		keyView
		Key string `json:"key"` // shown this once
	}{a.view(key), text}, nil
}

func (a *API) revokeKey(r *http.Request, by Maker) (int, any, error) {
	id := r.PathValue("id")
	err := RevokeKey(r.Context(), a.Store, id, by)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil, errNotFound
	}
	key, err2 := a.Store.KeyByID(r.Context(), id)
	if err != nil || err2 != nil {
		return 0, nil, errUnavailable
	}
	return http.StatusOK, a.view(key), nil
}
