package config

import (
	"flag"
	"fmt"
	"strings"
)

// Help is the text for --help: the command's own flags, then its settings.
func (cmd Command) Help() string {
	var b strings.Builder
	b.WriteString("Usage: " + strings.Join(strings.Fields("usher "+cmd.Name+" [flags] "+cmd.Arguments), " ") + "\n")
	if cmd.Flags != nil {
		own := flag.NewFlagSet(cmd.Name, flag.ContinueOnError)
		cmd.Flags(own)
		b.WriteString("\nFlags:\n")
		own.VisitAll(func(f *flag.Flag) {
			value, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(&b, "\n  --%s\n      %s\n", strings.TrimSpace(f.Name+" "+value), usage)
		})
	}
	b.WriteString("\nSettings: a flag beats its environment variable, that one beats the config file.\n")
	for _, row := range cmd.rows() {
		told := row.told
		if told == "" {
			told = row.initial
		}
		fmt.Fprintf(&b, "\n  %-34s %s\n      %s\n      %s\n      Defaults to %s.\n",
			strings.TrimSpace("--"+row.name+" "+row.value), row.env(), row.what, row.why, told)
	}
	fmt.Fprintf(&b, "\n  %-34s %s\n      %s\n      %s\n", "--"+fileSetting+" FILE", Prefix+strings.ToUpper(fileSetting),
		"A file with one setting a line, as in: listen 127.0.0.1:8080",
		"Keep it unreadable for others (chmod 600) when it holds secrets. Defaults to none.")
	return b.String()
}
