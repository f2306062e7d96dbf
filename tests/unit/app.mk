# Unit tests of app.
