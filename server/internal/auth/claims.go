package auth

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"
)

// Identity is what a token proves about a user. Only Subject is always there.
type Identity struct {
	// Subject is the host app's id of the user: 1 to 200 visible characters.
	Subject string
	Email   string
	Name    string
	// Locale is a language tag by its form, as "pt-BR".
	Locale string
	// Zone is a time zone by its form, as "America/Bogota".
	Zone string
	KYC  KYC
}

// KYC is what the host app knows of the user's verification. The zero value of
// a field means that it did not say.
type KYC struct {
	// Status is one of the statuses of the interface, as "under_review".
	Status      string
	SubmittedAt time.Time
	// Cancellations counts all cancelled reviews, Cancellations24h those of the
	// last 24 hours.
	Cancellations    *int
	Cancellations24h *int
	FaceFailures     *int
	Rejections       *int
}

func statuses() []string {
	return []string{"under_review", "under_review_automated", "under_review_manual", "rejected", "unverified", "verified", "unknown"}
}

// maxCount bounds the counters; nobody cancels a review a million times.
const maxCount = 1_000_000

var (
	localeForm = regexp.MustCompile(`^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,7}$`)
	zoneForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$`)
	emailForm  = regexp.MustCompile(`^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;]{1,189}$`)
)

// claims is the payload of a token. It is read with exact names and without
// duplicates; claims of others (iss, jti, …) are let through unread.
type claims struct {
	Recipients audience       `json:"aud"`
	Expires    *instant       `json:"exp"`
	NotBefore  *instant       `json:"nbf"`
	IssuedAt   *instant       `json:"iat"`
	Subject    string         `json:"sub"`
	Email      string         `json:"email"`
	Name       string         `json:"name"`
	Locale     string         `json:"locale"`
	Zone       string         `json:"zoneinfo"`
	KYC        jsontext.Value `json:"kyc"`
}

// UnmarshalJSON reads the payload strictly; the JWT library would take the
// last of two claims of one name.
func (c *claims) UnmarshalJSON(data []byte) error {
	type plain claims
	return json.Unmarshal(data, (*plain)(c))
}

// GetExpirationTime and the others make claims a jwt.Claims.
func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return c.Expires.date(), nil }
func (c *claims) GetNotBefore() (*jwt.NumericDate, error)      { return c.NotBefore.date(), nil }
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error)       { return c.IssuedAt.date(), nil }
func (c *claims) GetAudience() (jwt.ClaimStrings, error)       { return jwt.ClaimStrings(c.Recipients), nil }
func (c *claims) GetIssuer() (string, error)                   { return "", nil }
func (c *claims) GetSubject() (string, error)                  { return c.Subject, nil }

// errForm is replaced by ErrTokenMalformed before anybody sees it.
var errForm = errors.New("wrong form")

// audience is one recipient or a list of them (RFC 7519 §4.1.3).
type audience []string

func (a *audience) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != jsontext.KindString {
		return json.UnmarshalDecode(decoder, (*[]string)(a))
	}
	var one string
	err := json.UnmarshalDecode(decoder, &one)
	*a = audience{one}
	return err
}

// instant is a NumericDate (RFC 7519 §2): seconds since 1970, with a fraction
// or without, up to the year 9999.
type instant time.Time

func (i *instant) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	var seconds float64
	if decoder.PeekKind() != jsontext.KindNumber {
		return errForm
	}
	if err := json.UnmarshalDecode(decoder, &seconds); err != nil {
		return err
	}
	if !(seconds >= 0 && seconds <= 253_402_300_799) {
		return errForm
	}
	whole, fraction := math.Modf(seconds)
	*i = instant(time.Unix(int64(whole), int64(fraction*float64(time.Second))))
	return nil
}

func (i *instant) date() *jwt.NumericDate {
	if i == nil {
		return nil
	}
	return &jwt.NumericDate{Time: time.Time(*i)}
}

// identity checks every claim that is used.
func (c *claims) identity() (Identity, error) {
	who := Identity{
		Subject: c.Subject, Email: c.Email, Name: c.Name,
		Locale: strings.ReplaceAll(c.Locale, "_", "-"), Zone: c.Zone,
	}
	ok := visible(c.Subject, 200) && strings.TrimSpace(c.Subject) == c.Subject &&
		(c.Email == "" || emailForm.MatchString(c.Email) && visible(c.Email, 254)) &&
		(c.Name == "" || visible(c.Name, 200)) &&
		(c.Locale == "" || localeForm.MatchString(c.Locale)) &&
		(c.Zone == "" || zoneForm.MatchString(c.Zone) && c.Zone != "Local")
	if !ok {
		return Identity{}, ErrTokenClaim
	}
	facts, err := readKYC(c.KYC)
	if err != nil {
		return Identity{}, err
	}
	who.KYC = facts
	return who, nil
}

// visible accepts 1 to most characters, none of them a control character.
func visible(text string, most int) bool {
	return text != "" && utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, unicode.IsControl) &&
		strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// readKYC refuses members it does not know: a misspelt counter must not read
// as "did not say".
func readKYC(raw jsontext.Value) (KYC, error) {
	var in struct {
		Status           string     `json:"status"`
		SubmittedAt      *time.Time `json:"submitted_at"`
		Cancellations    *int       `json:"cancellations"`
		Cancellations24h *int       `json:"cancellations_24h"`
		FaceFailures     *int       `json:"face_failures"`
		Rejections       *int       `json:"rejections"`
	}
	if len(raw) == 0 || raw.Kind() == jsontext.KindNull {
		return KYC{}, nil
	}
	if err := json.Unmarshal(raw, &in, json.RejectUnknownMembers(true)); err != nil {
		return KYC{}, ErrTokenClaim
	}
	if in.Status != "" && !slices.Contains(statuses(), in.Status) {
		return KYC{}, ErrTokenClaim
	}
	for _, count := range []*int{in.Cancellations, in.Cancellations24h, in.FaceFailures, in.Rejections} {
		if count != nil && (*count < 0 || *count > maxCount) {
			return KYC{}, ErrTokenClaim
		}
	}
	out := KYC{
		Status: in.Status, Cancellations: in.Cancellations, Cancellations24h: in.Cancellations24h,
		FaceFailures: in.FaceFailures, Rejections: in.Rejections,
	}
	if in.SubmittedAt != nil {
		out.SubmittedAt = in.SubmittedAt.UTC()
	}
	return out, nil
}

// members is the kyc claim as it is signed.
func (k KYC) members() map[string]any {
	out := map[string]any{}
	if k.Status != "" {
		out["status"] = k.Status
	}
	if !k.SubmittedAt.IsZero() {
		out["submitted_at"] = k.SubmittedAt.UTC().Format(time.RFC3339Nano)
	}
	for name, count := range map[string]*int{
		"cancellations": k.Cancellations, "cancellations_24h": k.Cancellations24h,
		"face_failures": k.FaceFailures, "rejections": k.Rejections,
	} {
		if count != nil {
			out[name] = *count
		}
	}
	return out
}
