package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
)

// Why a token is refused. Each wraps [ErrToken]; people are only told the one
// code "unauthenticated", the rest is for logs and counters.
var (
	ErrToken          = errors.New("token refused")
	ErrTokenMalformed = fmt.Errorf("%w: malformed", ErrToken)
	ErrTokenKey       = fmt.Errorf("%w: unknown key", ErrToken)
	ErrTokenSignature = fmt.Errorf("%w: signature", ErrToken)
	ErrTokenTime      = fmt.Errorf("%w: not valid at this time", ErrToken)
	ErrTokenAudience  = fmt.Errorf("%w: for another audience", ErrToken)
	ErrTokenClaim     = fmt.Errorf("%w: a claim is missing or not valid", ErrToken)
)

// Audience is the aud claim a token must have.
const Audience = "usher"

// MaxLifetime is how far in the future exp may lie, and TokenLeeway how far
// two clocks may differ.
const (
	MaxLifetime = time.Hour
	TokenLeeway = time.Minute
)

// maxToken is the longest token that is looked at, in bytes. Ours have some
// five hundred; a limit before the first split keeps a megabyte of dots cheap.
const maxToken = 8 << 10

// Key is one secret of the host app and the id tokens name it by.
type Key struct {
	ID     string
	Secret []byte
}

// Tokens verifies and issues tokens. It is safe for concurrent use.
type Tokens struct {
	keys   map[string][]byte
	signer string
	now    func() time.Time
	parser *jwt.Parser
}

// NewTokens returns a verifier for tokens signed with one of the keys; it
// signs with the first. Without keys it refuses every token.
func NewTokens(keys []Key, now func() time.Time) *Tokens {
	t := &Tokens{keys: make(map[string][]byte, len(keys)), now: now}
	for _, key := range keys {
		if t.signer == "" {
			t.signer = key.ID
		}
		t.keys[key.ID] = key.Secret
	}
	t.parser = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithStrictDecoding(),
		jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(TokenLeeway),
		jwt.WithTimeFunc(now),
	)
	return t
}

// Verify returns the identity a token proves. The error wraps [ErrToken].
func (t *Tokens) Verify(token string) (Identity, error) {
	if len(token) > maxToken || strings.Count(token, ".") != 2 {
		return Identity{}, ErrTokenMalformed
	}
	secret, err := t.key(token)
	if err != nil {
		return Identity{}, err
	}
	var c claims
	if _, err := t.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return secret, nil }); err != nil {
		return Identity{}, refusal(err)
	}
	if time.Time(*c.Expires).After(t.now().Add(MaxLifetime + TokenLeeway)) {
		return Identity{}, ErrTokenTime
	}
	return c.identity()
}

// header is what may stand in front of a token. The members that would bring
// their own key, or change what is signed, are listed to be refused.
type header struct {
	Algorithm string         `json:"alg"`
	KeyID     string         `json:"kid"`
	Type      string         `json:"typ"`
	Critical  jsontext.Value `json:"crit"`
	Unencoded jsontext.Value `json:"b64"`
	KeyURL    jsontext.Value `json:"jku"`
	Embedded  jsontext.Value `json:"jwk"`
	CertURL   jsontext.Value `json:"x5u"`
	Cert      jsontext.Value `json:"x5c"`
	Zip       jsontext.Value `json:"zip"`
	Encrypted jsontext.Value `json:"enc"`
}

// key reads the header alone and picks the secret it names.
func (t *Tokens) key(token string) ([]byte, error) {
	encoded, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, ErrTokenMalformed
	}
	var h header
	if err := json.Unmarshal(raw, &h); err != nil {
		return nil, ErrTokenMalformed
	}
	for _, odd := range []jsontext.Value{h.Critical, h.Unencoded, h.KeyURL, h.Embedded, h.CertURL, h.Cert, h.Zip, h.Encrypted} {
		if odd != nil {
			return nil, ErrTokenMalformed
		}
	}
	if h.Algorithm != jwt.SigningMethodHS256.Alg() || h.Type != "" && !strings.EqualFold(h.Type, "JWT") {
		return nil, ErrTokenMalformed
	}
	secret, ok := t.keys[h.KeyID]
	if !ok {
		return nil, ErrTokenKey
	}
	return secret, nil
}

// refusal maps the library's errors to ours, which hold no input.
func refusal(err error) error {
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return ErrTokenSignature
	case errors.Is(err, jwt.ErrTokenExpired), errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return ErrTokenTime
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return ErrTokenAudience
	case errors.Is(err, jwt.ErrTokenRequiredClaimMissing):
		return ErrTokenClaim
	}
	return ErrTokenMalformed
}

// Issue signs a token for an identity, valid for the given time. It is meant
// for the demo page and for tests; a real host app signs its own. The error
// says that there is no key, that the lifetime is out of range, or that the
// identity would be refused.
func (t *Tokens) Issue(who Identity, lifetime time.Duration) (string, error) {
	if t.signer == "" {
		return "", ErrTokenKey
	}
	if lifetime <= 0 || lifetime > MaxLifetime {
		return "", ErrTokenTime
	}
	now := t.now()
	content := jwt.MapClaims{"aud": Audience, "sub": who.Subject, "iat": now.Unix(), "exp": now.Add(lifetime).Unix()}
	for name, value := range map[string]string{"email": who.Email, "name": who.Name, "locale": who.Locale, "zoneinfo": who.Zone} {
		if value != "" {
			content[name] = value
		}
	}
	if facts := who.KYC.members(); len(facts) > 0 {
		content["kyc"] = facts
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, content)
	token.Header["kid"] = t.signer
	signed, err := token.SignedString(t.keys[t.signer])
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	if _, err := t.Verify(signed); err != nil {
		return "", err
	}
	return signed, nil
}
