package auth

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// One-time codes as RFC 6238 has them and every authenticator app reads them:
// six digits of HMAC-SHA-1, thirty seconds each. A code counts from one step
// before its own to one after: clocks differ, and people type slowly (§5.2).
const (
	totpStep   = 30 * time.Second
	totpAround = 1
)

// ErrTOTPSecret says that a stored secret cannot be read.
var ErrTOTPSecret = errors.New("stored one-time secret cannot be read")

// NewTOTP makes a secret of 160 bits for an agent's authenticator app (RFC 4226
// §4), and the otpauth: address that hands it to the app.
func NewTOTP(brand, email string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: brand, AccountName: email, SecretSize: 20})
	if err != nil {
		return "", "", fmt.Errorf("one-time secret: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// CheckTOTP looks for the step whose code this is, among those around now and
// after the one that was used last: no code is good twice (RFC 6238 §5.2). The
// caller stores the step before it lets anybody in.
func CheckTOTP(secret, code string, now time.Time, last int64) (step int64, ok bool, err error) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' {
			return -1
		}
		return r
	}, code)
	at := now.Unix() / int64(totpStep/time.Second)
	for s := at - totpAround; s <= at+totpAround; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, ErrTOTPSecret
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// QR is a text as a QR code (ISO/IEC 18004), one string of 0 and 1 a row, 1 is
// dark: the console draws it by itself, so that the secret passes nobody else.
func QR(text string) ([]string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("qr code: %w", err)
	}
	size := code.Bounds()
	rows := make([]string, 0, size.Dy())
	for y := size.Min.Y; y < size.Max.Y; y++ {
		var row strings.Builder
		for x := size.Min.X; x < size.Max.X; x++ {
			bit := byte('0')
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				bit = '1'
			}
			row.WriteByte(bit)
		}
		rows = append(rows, row.String())
	}
	return rows, nil
}
