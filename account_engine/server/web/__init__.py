"""What people look at: one environment of templates, one style sheet, and no script at all."""
