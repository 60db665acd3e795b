"""Parts of the page that trains: the form, the run that is watched, the table of runs."""
