package org.apache.catalina;

public interface Server extends Lifecycle {}
