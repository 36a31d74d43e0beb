// Command gen trains the matcher of the product and writes model.bin. Run it
// with `go generate ./intents` after a change of phrases.
package main

import (
	"fmt"
	"os"

	"usher/intents/gen/sources"
)

func main() {
	if err := run("catalog", "../locales", "model.bin"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(catalog, locales, out string) error {
	lines, err := sources.Load(os.DirFS(catalog), os.DirFS(locales))
	if err != nil {
		return err
	}
	if err := sources.Apart(lines); err != nil {
		return err
	}
	calibration, err := sources.LoadCalibration(os.DirFS(locales))
	if err != nil {
		return err
	}
	if err := sources.Disjoint(lines, calibration); err != nil {
		return err
	}
	cues, err := sources.ReadCues(os.DirFS(locales))
	if err != nil {
		return err
	}
	m, err := sources.Train(lines, calibration, cues)
	if err != nil {
		return err
	}
	data, err := m.MarshalBinary()
	if err != nil {
		return fmt.Errorf("encode model: %w", err)
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	fmt.Printf("%s: %d lines and %d to calibrate on, %d labels, languages %v, %d bytes\n", out, len(lines), len(calibration), len(m.Labels()), m.Langs(), len(data))
	return nil
}
