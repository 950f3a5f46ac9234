"""Files: text, series, states, netCDF, folders of results; work in a copy of the process."""
