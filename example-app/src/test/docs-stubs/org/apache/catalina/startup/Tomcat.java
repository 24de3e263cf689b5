package org.apache.catalina.startup;

import org.apache.catalina.Server;

public class Tomcat {
    public Server getServer() {
        throw new UnsupportedOperationException();
    }
}
