package auth_test

import (
	"crypto"
	"crypto/hmac"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
)

const (
	secretA  = "first-secret-of-the-host-app-0123456789"
	secretB  = "other-secret-of-the-host-app-9876543210"
	stranger = "secret-that-nobody-here-has-configured!"
	goodHead = `{"alg":"HS256","typ":"JWT","kid":"a"}`
)

func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func tokens() *auth.Tokens {
	return auth.NewTokens([]auth.Key{{ID: "a", Secret: []byte(secretA)}, {ID: "b", Secret: []byte(secretB)}}, now)
}

// sign makes a token of any header and payload, as an attacker would.
func sign(header, payload, secret string, hash crypto.Hash) string {
	text := raw(header) + "." + raw(payload)
	mac := hmac.New(hash.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func hs256(header, payload, secret string) string {
	return sign(header, payload, secret, crypto.SHA256)
}

func raw(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// with is a valid payload with more members; in JSON the exp stays the first.
func with(members string) string {
	return fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":%d%s}`, now().Add(10*time.Minute).Unix(), members)
}

// expires is a valid payload but for its times.
func expires(after time.Duration, members string) string {
	return fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":%d%s}`, now().Add(after).Unix(), members)
}

// otherSpelling changes only bits that base64 decoders may ignore, so that a
// second text would mean the same token.
func otherSpelling(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(token) - 1
	return token[:last] + string(alphabet[strings.IndexByte(alphabet, token[last])|1])
}

func at(after time.Duration) int64 { return now().Add(after).Unix() }

func ptr(n int) *int { return &n }

func TestTokens_Verify(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, token string
		want        auth.Identity
	}{
		{"least", hs256(goodHead, with(""), secretA), auth.Identity{Subject: "u1"}},
		{"second key, no typ", hs256(`{"alg":"HS256","kid":"b"}`, with(""), secretB), auth.Identity{Subject: "u1"}},
		{
			"everything", hs256(goodHead, with(`,"email":"Ana@example.com","name":"Ana María","locale":"es_CO","zoneinfo":"America/Bogota",`+
				`"kyc":{"status":"under_review","submitted_at":"2026-03-01T06:10:00-05:00","cancellations":3,"cancellations_24h":0,"face_failures":2,"rejections":1}`), secretA),
			auth.Identity{
				Subject: "u1", Email: "Ana@example.com", Name: "Ana María", Locale: "es-CO", Zone: "America/Bogota",
				KYC: auth.KYC{
					Status: "under_review", SubmittedAt: time.Date(2026, 3, 1, 11, 10, 0, 0, time.UTC),
					Cancellations: ptr(3), Cancellations24h: ptr(0), FaceFailures: ptr(2), Rejections: ptr(1),
				},
			},
		},
		{"nothing said", hs256(goodHead, with(`,"email":null,"name":"","kyc":null`), secretA), auth.Identity{Subject: "u1"}},
		{"empty kyc", hs256(goodHead, with(`,"kyc":{}`), secretA), auth.Identity{Subject: "u1"}},
		{"kyc without facts", hs256(goodHead, with(`,"kyc":{"status":null,"submitted_at":null,"cancellations":null}`), secretA), auth.Identity{Subject: "u1"}},
		{"other claims", hs256(goodHead, with(`,"iss":"app","jti":"1","nonce":{"a":[1]},"SUB":"other","Email":"x"`), secretA), auth.Identity{Subject: "u1"}},
		{"one of several audiences", hs256(goodHead, fmt.Sprintf(`{"aud":["app","usher"],"sub":"u1","exp":%d}`, at(time.Minute)), secretA), auth.Identity{Subject: "u1"}},
		{"expired within leeway", hs256(goodHead, expires(-59*time.Second, ""), secretA), auth.Identity{Subject: "u1"}},
		{"an hour and leeway", hs256(goodHead, expires(time.Hour+time.Minute, ""), secretA), auth.Identity{Subject: "u1"}},
		{"times with fractions", hs256(goodHead, fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":%d.5,"nbf":%d.25,"iat":1e9}`, at(time.Minute), at(time.Minute-time.Second)), secretA), auth.Identity{Subject: "u1"}},
		{"nbf within leeway", hs256(goodHead, with(fmt.Sprintf(`,"nbf":%d`, at(time.Minute))), secretA), auth.Identity{Subject: "u1"}},
		{"longest subject", hs256(goodHead, fmt.Sprintf(`{"aud":"usher","sub":%q,"exp":%d}`, strings.Repeat("é", 200), at(time.Minute)), secretA), auth.Identity{Subject: strings.Repeat("é", 200)}},
		{"subject that needs quoting", hs256(goodHead, fmt.Sprintf(`{"aud":"usher","sub":"a/..\\%%\"'\u00e9","exp":%d}`, at(time.Minute)), secretA), auth.Identity{Subject: `a/..\%"'é`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := tokens().Verify(tc.token)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestTokens_RefusesHostileTokens(t *testing.T) {
	t.Parallel()
	good := hs256(goodHead, with(""), secretA)
	part := strings.Split(good, ".")
	sub := func(json string) string {
		return hs256(goodHead, fmt.Sprintf(`{"aud":"usher","sub":%s,"exp":%d}`, json, at(time.Minute)), secretA)
	}
	head := func(json string) string { return hs256(json, with(""), secretA) }
	claim := func(json string) string { return hs256(goodHead, with(json), secretA) }
	whole := func(json string) string { return hs256(goodHead, json, secretA) }
	cases := []struct {
		name, token string
		want        error
	}{
		{"empty", "", auth.ErrTokenMalformed},
		{"one part", part[0], auth.ErrTokenMalformed},
		{"two parts", part[0] + "." + part[1], auth.ErrTokenMalformed},
		{"four parts", good + ".x", auth.ErrTokenMalformed},
		{"five parts like an encrypted token", "a.b.c.d.e", auth.ErrTokenMalformed},
		{"dots", "..", auth.ErrTokenMalformed},
		{"a megabyte of dots", strings.Repeat(".", 1<<20), auth.ErrTokenMalformed},
		{"a megabyte of header", strings.Repeat("A", 1<<20) + "." + part[1] + "." + part[2], auth.ErrTokenMalformed},
		{"too long", claim(`,"x":"` + strings.Repeat("a", 7000) + `"`), auth.ErrTokenMalformed},
		{"with Bearer", "Bearer " + good, auth.ErrTokenMalformed},
		{"white space around", " " + good + "\n", auth.ErrTokenMalformed},
		{"padded base64", part[0] + "=." + part[1] + "." + part[2], auth.ErrTokenMalformed},
		{"standard base64", strings.ReplaceAll(good, "_", "/") + "+", auth.ErrTokenMalformed},

		{"alg none", raw(`{"alg":"none","kid":"a"}`) + "." + raw(with("")) + ".", auth.ErrTokenMalformed},
		{"alg None", raw(`{"alg":"None","kid":"a"}`) + "." + raw(with("")) + ".", auth.ErrTokenMalformed},
		{"alg NONE signed", head(`{"alg":"NONE","kid":"a"}`), auth.ErrTokenMalformed},
		{"alg in lower case", head(`{"alg":"hs256","kid":"a"}`), auth.ErrTokenMalformed},
		{"alg absent", head(`{"kid":"a"}`), auth.ErrTokenMalformed},
		{"alg empty", head(`{"alg":"","kid":"a"}`), auth.ErrTokenMalformed},
		{"alg a list", head(`{"alg":["HS256"],"kid":"a"}`), auth.ErrTokenMalformed},
		{"alg HS512", sign(`{"alg":"HS512","kid":"a"}`, with(""), secretA, crypto.SHA512), auth.ErrTokenMalformed},
		{"alg HS384", sign(`{"alg":"HS384","kid":"a"}`, with(""), secretA, crypto.SHA384), auth.ErrTokenMalformed},
		{"alg RS256 with the secret", head(`{"alg":"RS256","kid":"a"}`), auth.ErrTokenMalformed},
		{"alg ES256 with the secret", head(`{"alg":"ES256","kid":"a"}`), auth.ErrTokenMalformed},
		{"two algs", head(`{"alg":"none","alg":"HS256","kid":"a"}`), auth.ErrTokenMalformed},
		{"ALG beside alg none", head(`{"ALG":"HS256","alg":"none","kid":"a"}`), auth.ErrTokenMalformed},
		{"another typ", head(`{"alg":"HS256","typ":"secevent+jwt","kid":"a"}`), auth.ErrTokenMalformed},
		{"header no object", head(`["HS256"]`), auth.ErrTokenMalformed},
		{"header null", head(`null`), auth.ErrTokenMalformed},
		{"header with a tail", head(goodHead + `{}`), auth.ErrTokenMalformed},

		{"no kid", head(`{"alg":"HS256"}`), auth.ErrTokenKey},
		{"empty kid", head(`{"alg":"HS256","kid":""}`), auth.ErrTokenKey},
		{"kid null", head(`{"alg":"HS256","kid":null}`), auth.ErrTokenKey},
		{"kid a number", head(`{"alg":"HS256","kid":0}`), auth.ErrTokenMalformed},
		{"unknown kid", head(`{"alg":"HS256","kid":"c"}`), auth.ErrTokenKey},
		{"kid in another case", head(`{"alg":"HS256","kid":"A"}`), auth.ErrTokenKey},
		{"kid is a path", hs256(`{"alg":"HS256","kid":"../../dev/null"}`, with(""), ""), auth.ErrTokenKey},
		{"kid is SQL", hs256(`{"alg":"HS256","kid":"x' UNION SELECT 'k"}`, with(""), "k"), auth.ErrTokenKey},
		{"two kids", head(`{"alg":"HS256","kid":"b","kid":"a"}`), auth.ErrTokenMalformed},
		{"kid of the other key", hs256(`{"alg":"HS256","kid":"b"}`, with(""), secretA), auth.ErrTokenSignature},
		{"jku", head(`{"alg":"HS256","kid":"a","jku":"https://evil.example/keys"}`), auth.ErrTokenMalformed},
		{"x5u", head(`{"alg":"HS256","kid":"a","x5u":"https://evil.example/cert"}`), auth.ErrTokenMalformed},
		{"jwk", head(`{"alg":"HS256","kid":"a","jwk":{"kty":"oct","k":"AAAA"}}`), auth.ErrTokenMalformed},
		{"crit", head(`{"alg":"HS256","kid":"a","crit":["exp"]}`), auth.ErrTokenMalformed},
		{"b64", head(`{"alg":"HS256","kid":"a","b64":false}`), auth.ErrTokenMalformed},
		{"zip", head(`{"alg":"HS256","kid":"a","zip":"DEF"}`), auth.ErrTokenMalformed},

		{"no signature", part[0] + "." + part[1] + ".", auth.ErrTokenSignature},
		{"half a signature", good[:len(good)-23], auth.ErrTokenSignature},
		{"unused bits of the signature set", otherSpelling(good), auth.ErrTokenMalformed},
		{"another secret", hs256(goodHead, with(""), stranger), auth.ErrTokenSignature},
		{"empty secret", hs256(goodHead, with(""), ""), auth.ErrTokenSignature},
		{"changed payload", part[0] + "." + raw(strings.Replace(with(""), "u1", "u2", 1)) + "." + part[2], auth.ErrTokenSignature},
		{"signature of another hash", sign(goodHead, with(""), secretA, crypto.SHA512), auth.ErrTokenSignature},

		{"payload null", whole(`null`), auth.ErrTokenClaim},
		{"payload a list", whole(`[]`), auth.ErrTokenMalformed},
		{"payload no JSON", whole(`exp`), auth.ErrTokenMalformed},
		{"payload not UTF-8", claim(",\"name\":\"\xff\""), auth.ErrTokenMalformed},
		{"no claims", whole(`{}`), auth.ErrTokenClaim},
		{"two subs", claim(`,"sub":"admin"`), auth.ErrTokenMalformed},
		{"two exps", claim(`,"exp":99999999999`), auth.ErrTokenMalformed},
		{"two subs, one escaped", claim(`,"s\u0075b":"admin"`), auth.ErrTokenMalformed},

		{"no exp", whole(`{"aud":"usher","sub":"u1"}`), auth.ErrTokenClaim},
		{"exp null", whole(`{"aud":"usher","sub":"u1","exp":null}`), auth.ErrTokenClaim},
		{"exp in another case", whole(fmt.Sprintf(`{"aud":"usher","sub":"u1","EXP":%d}`, at(time.Minute))), auth.ErrTokenClaim},
		{"exp text", whole(fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":"%d"}`, at(time.Minute))), auth.ErrTokenMalformed},
		{"exp a list", whole(fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":[%d]}`, at(time.Minute))), auth.ErrTokenMalformed},
		{"exp negative", whole(`{"aud":"usher","sub":"u1","exp":-1}`), auth.ErrTokenMalformed},
		{"exp in milliseconds", whole(fmt.Sprintf(`{"aud":"usher","sub":"u1","exp":%d000}`, at(time.Minute))), auth.ErrTokenMalformed},
		{"exp beyond numbers", whole(`{"aud":"usher","sub":"u1","exp":1e400}`), auth.ErrTokenMalformed},
		{"exp at the end of integers", whole(`{"aud":"usher","sub":"u1","exp":9223372036854775807}`), auth.ErrTokenMalformed},
		{"expired", whole(expires(-time.Minute, "")), auth.ErrTokenTime},
		{"exp too far", whole(expires(time.Hour+time.Minute+time.Second, "")), auth.ErrTokenTime},
		{"exp in ten years", whole(expires(87600*time.Hour, "")), auth.ErrTokenTime},
		{"nbf in the future", claim(fmt.Sprintf(`,"nbf":%d`, at(61*time.Second))), auth.ErrTokenTime},
		{"nbf text", claim(`,"nbf":"0"`), auth.ErrTokenMalformed},
		{"iat in the future", claim(fmt.Sprintf(`,"iat":%d`, at(61*time.Second))), auth.ErrTokenTime},

		{"no aud", whole(fmt.Sprintf(`{"sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenClaim},
		{"other aud", whole(fmt.Sprintf(`{"aud":"billing","sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenAudience},
		{"aud in another case", whole(fmt.Sprintf(`{"aud":"Usher","sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenAudience},
		{"aud that holds ours", whole(fmt.Sprintf(`{"aud":"usher.example","sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenAudience},
		{"aud a list without ours", whole(fmt.Sprintf(`{"aud":["a","b"],"sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenAudience},
		{"aud an empty list", whole(fmt.Sprintf(`{"aud":[],"sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenClaim},
		{"aud an object", whole(fmt.Sprintf(`{"aud":{"usher":1},"sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenMalformed},
		{"aud a list with a number", whole(fmt.Sprintf(`{"aud":["usher",1],"sub":"u1","exp":%d}`, at(time.Minute))), auth.ErrTokenMalformed},

		{"no sub", whole(fmt.Sprintf(`{"aud":"usher","exp":%d}`, at(time.Minute))), auth.ErrTokenClaim},
		{"sub empty", sub(`""`), auth.ErrTokenClaim},
		{"sub blank", sub(`"  "`), auth.ErrTokenClaim},
		{"sub invisible", sub(`"\u200b"`), auth.ErrTokenClaim},
		{"sub with a space at the end", sub(`"u1 "`), auth.ErrTokenClaim},
		{"sub too long", sub(`"` + strings.Repeat("é", 201) + `"`), auth.ErrTokenClaim},
		{"sub with NUL", sub(`"u\u0000"`), auth.ErrTokenClaim},
		{"sub with a newline", sub(`"u\n1"`), auth.ErrTokenClaim},
		{"sub a number", sub(`1`), auth.ErrTokenMalformed},
		{"sub an operator", sub(`{"$ne":""}`), auth.ErrTokenMalformed},
		{"sub half a surrogate pair", sub(`"\ud800"`), auth.ErrTokenMalformed},

		{"email without an at", claim(`,"email":"ana"`), auth.ErrTokenClaim},
		{"email with a second line", claim(`,"email":"a@b\r\nBcc: c@d"`), auth.ErrTokenClaim},
		{"email with a name", claim(`,"email":"Ana <a@b>"`), auth.ErrTokenClaim},
		{"two emails", claim(`,"email":"a@b,c@d"`), auth.ErrTokenClaim},
		{"email a list", claim(`,"email":["a@b"]`), auth.ErrTokenMalformed},
		{"name too long", claim(`,"name":"` + strings.Repeat("a", 201) + `"`), auth.ErrTokenClaim},
		{"name with an escape sequence", claim(`,"name":"\u001b[2J"`), auth.ErrTokenClaim},
		{"locale a path", claim(`,"locale":"../../etc"`), auth.ErrTokenClaim},
		{"zone a path", claim(`,"zoneinfo":"../../etc/passwd"`), auth.ErrTokenClaim},
		{"zone of the server", claim(`,"zoneinfo":"Local"`), auth.ErrTokenClaim},

		{"kyc text", claim(`,"kyc":"verified"`), auth.ErrTokenClaim},
		{"kyc with an unknown member", claim(`,"kyc":{"facefailures":1}`), auth.ErrTokenClaim},
		{"kyc with a member in another case", claim(`,"kyc":{"Status":"verified"}`), auth.ErrTokenClaim},
		{"kyc status invented", claim(`,"kyc":{"status":"approved"}`), auth.ErrTokenClaim},
		{"kyc status in another case", claim(`,"kyc":{"status":"Verified"}`), auth.ErrTokenClaim},
		{"kyc two statuses", claim(`,"kyc":{"status":"verified","status":"rejected"}`), auth.ErrTokenMalformed},
		{"kyc time without a zone", claim(`,"kyc":{"submitted_at":"2026-03-01T10:00:00"}`), auth.ErrTokenClaim},
		{"kyc time in seconds", claim(`,"kyc":{"submitted_at":1767225600}`), auth.ErrTokenClaim},
		{"kyc count negative", claim(`,"kyc":{"cancellations":-1}`), auth.ErrTokenClaim},
		{"kyc count with a fraction", claim(`,"kyc":{"cancellations_24h":1.5}`), auth.ErrTokenClaim},
		{"kyc count as text", claim(`,"kyc":{"face_failures":"1"}`), auth.ErrTokenClaim},
		{"kyc count absurd", claim(`,"kyc":{"rejections":1000001}`), auth.ErrTokenClaim},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := tokens().Verify(tc.token)
			if !errors.Is(err, tc.want) || !errors.Is(err, auth.ErrToken) || !reflect.DeepEqual(got, auth.Identity{}) {
				t.Errorf("got %+v, %v; want %v", got, err, tc.want)
			}
		})
	}
	if _, err := auth.NewTokens(nil, now).Verify(good); !errors.Is(err, auth.ErrTokenKey) {
		t.Errorf("without keys: %v", err)
	}
}

func TestTokens_Issue(t *testing.T) {
	t.Parallel()
	want := auth.Identity{
		Subject: "demo", Email: "a@b", Name: "Ana", Locale: "es", Zone: "America/Bogota",
		KYC: auth.KYC{
			Status: "under_review_manual", SubmittedAt: time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC),
			Cancellations: ptr(0), Cancellations24h: ptr(1), FaceFailures: ptr(2), Rejections: ptr(3),
		},
	}
	token, err := tokens().Issue(want, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tokens().Verify(token)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	onlyB := auth.NewTokens([]auth.Key{{ID: "b", Secret: []byte(secretB)}}, now)
	if _, err := onlyB.Verify(token); !errors.Is(err, auth.ErrTokenKey) {
		t.Errorf("not signed with the first key: %v", err)
	}
	for name, call := range map[string]func() (string, error){
		"no keys":         func() (string, error) { return auth.NewTokens(nil, now).Issue(want, time.Minute) },
		"no lifetime":     func() (string, error) { return tokens().Issue(want, 0) },
		"a long lifetime": func() (string, error) { return tokens().Issue(want, time.Hour+1) },
		"no subject":      func() (string, error) { return tokens().Issue(auth.Identity{}, time.Minute) },
		"a bad status": func() (string, error) {
			return tokens().Issue(auth.Identity{Subject: "u", KYC: auth.KYC{Status: "approved"}}, time.Minute)
		},
	} {
		if token, err := call(); err == nil || token != "" {
			t.Errorf("%s: issued", name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(goodHead, with(`,"kyc":{"status":"verified"}`))
	f.Add(`{"alg":"none"}`, `{}`)
	f.Fuzz(func(t *testing.T, header, payload string) {
		who, err := tokens().Verify(hs256(header, payload, secretA))
		if err == nil && (who.Subject == "" || len(who.Subject) > 800) || err != nil && !errors.Is(err, auth.ErrToken) {
			t.Fatalf("%+v, %v", who, err)
		}
		if _, err := tokens().Verify(header); err == nil {
			t.Fatal("an unsigned text is taken")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	verifier := tokens()
	good := hs256(goodHead, with(`,"email":"ana@example.com","kyc":{"status":"under_review","cancellations":1}`), secretA)
	long := strings.Repeat(".", 1<<20)
	b.Run("good", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = verifier.Verify(good)
		}
	})
	b.Run("megabyte", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = verifier.Verify(long)
		}
	})
}
