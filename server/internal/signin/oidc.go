package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OIDC is the company's own sign-in by OpenID Connect: the authorization code
// flow with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1, RFC 7636,
// RFC 9700). It says who somebody is; whether they may come in, and as what, is
// said by the agents of this server.
type OIDC struct {
	Issuer, ClientID, ClientSecret, RedirectURL string
	Clock                                       func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider // nil until it was asked who it is
}

// stranger is what the company's sign-in says of somebody.
type stranger struct {
	External string // issuer and subject: what never changes
	Email    string // "" unless the provider has verified it
	MFA      bool   // more than one factor was asked there (RFC 8176)
}

// providerMax is how long a question to the provider may take.
const providerMax = 10 * time.Second

// reach asks the provider who it is, once it answers; a provider that is away
// when the server starts keeps nobody from signing in with a password.
func (o *OIDC) reach(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	// The provider keeps the context for its keys, which outlive this request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: providerMax}), o.Issuer)
	if err != nil {
		return nil, fmt.Errorf("openid provider: %w", err)
	}
	o.provider = p
	return p, nil
}

func (o *OIDC) config(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURL: o.RedirectURL,
		Endpoint: p.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email"},
	}
}

// journey is what a browser keeps while it is at the provider.
type journey struct{ state, nonce, verifier string }

// away is where a browser goes to sign in.
func (o *OIDC) away(ctx context.Context, j journey) (string, error) {
	p, err := o.reach(ctx)
	if err != nil {
		return "", err
	}
	return o.config(p).AuthCodeURL(j.state, oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), nil
}

var errNonce = errors.New("openid provider: the answer belongs to another question")

// who redeems the code that a browser brought back.
func (o *OIDC) who(ctx context.Context, code string, j journey) (stranger, error) {
	p, err := o.reach(ctx)
	if err != nil {
		return stranger{}, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, &http.Client{Timeout: providerMax}), providerMax)
	defer cancel()
	token, err := o.config(p).Exchange(ctx, code, oauth2.VerifierOption(j.verifier))
	if err != nil {
		return stranger{}, fmt.Errorf("openid provider: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.ClientID, Now: o.Clock}).Verify(ctx, raw)
	if err != nil {
		return stranger{}, fmt.Errorf("openid provider: %w", err)
	}
	if id.Nonce != j.nonce {
		return stranger{}, errNonce
	}
	var claims struct {
		Email    string   `json:"email"`
		Verified any      `json:"email_verified"` // some send the word
		Methods  []string `json:"amr"`
	}
	if err := id.Claims(&claims); err != nil {
		return stranger{}, fmt.Errorf("openid provider: %w", err)
	}
	s := stranger{External: id.Issuer + " " + id.Subject, MFA: slices.Contains(claims.Methods, "mfa")}
	if claims.Verified == true || claims.Verified == "true" {
		s.Email = strings.TrimSpace(claims.Email)
	}
	return s, nil
}
